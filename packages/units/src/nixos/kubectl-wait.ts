import { kubernetesProgram, type NixosFacts } from './nixos-facts.ts'
import { shellWord, type Wait } from './scripts.ts'

/** As long as NixOS waits for its control plane. */
const LIMIT_SECONDS = 480

/** kube-apiserver's answer to this component, by its own certificate. */
export const kubectlUntil = (
  facts: NixosFacts,
  what: string,
  kubeconfig: string,
  words: readonly string[],
): Wait => ({
  what,
  limitSeconds: LIMIT_SECONDS,
  pauseSeconds: 2,
  command: [kubernetesProgram(facts, 'kubectl'), `--kubeconfig=${kubeconfig}`, ...words],
})

/** NixOS's loop, which has no end. */
export const sourceKubectlUntil = (
  facts: NixosFacts,
  kubeconfig: string,
  words: string,
): readonly string[] => [
  `export KUBECONFIG=${shellWord(kubeconfig)}`,
  `until ${shellWord(kubernetesProgram(facts, 'kubectl'))} ${words} 2>/dev/null; do`,
  `  echo "kubectl ${words.replaceAll('"', '')}: exit status $?"`,
  '  sleep 2',
  'done',
]
