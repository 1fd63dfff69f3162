import { HARDENING } from '../systemd/index.ts'
import type { ComponentFiles } from '../stack/index.ts'
import { argumentsOf } from './component-command.ts'
import { CSR_SIGNER } from './config-paths.ts'
import { type Flag, pairs } from './flag.ts'
import { afterApiserver } from './kube-apiserver-online.ts'
import { unitName } from './layout-lookup.ts'
import { leaderFlags } from './leader-flags.ts'
import { kubernetesService } from './service-unit.ts'
import { kubernetesProgram, type StackFacts } from './stack-facts.ts'

const NAME = 'kube-controller-manager'

export const kubeControllerManager = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: unitName(NAME),
      description: 'kube-controller-manager, which brings the cluster to its declared state',
      after: afterApiserver(facts),
      type: 'exec',
      user: facts.paths.certificateOf(NAME).owner,
      // It exits whenever it loses the lease of the leader.
      restartSeconds: 5,
      command: {
        program: kubernetesProgram(facts.programs, NAME),
        arguments: argumentsOf(facts, NAME, flags(facts)),
      },
      hardening: HARDENING.leader,
    }),
  ],
  files: [],
})

const flags = (facts: StackFacts): readonly Flag[] => {
  const { description, paths } = facts
  return [
    ['kubeconfig', paths.kubeconfigPath(`${NAME}-client`)],
    ['leader-elect', true],
    ['cluster-name', description.name],
    ['allocate-node-cidrs', true],
    ['cluster-cidr', description.networks.pods.join(',')],
    ['service-cluster-ip-range', description.networks.services.join(',')],
    ...signing(description.csrSigner),
    ['root-ca-file', paths.bundlePath('server-ca')],
    ['service-account-private-key-file', paths.layout.serviceAccountKey],
    ['use-service-account-credentials', true],
    ['profiling', false],
    ['feature-gates', pairs(description.featureGates)],
    ...leaderFlags(facts, NAME),
  ]
}

/** Without an issuer that is for nothing else it signs nothing; the controller got its long name in 1.28. */
const signing = (mayCertify: boolean): readonly Flag[] =>
  mayCertify
    ? [
        ['cluster-signing-cert-file', CSR_SIGNER.certificate],
        ['cluster-signing-key-file', CSR_SIGNER.key],
      ]
    : [
        ['controllers', '*,-csrsigning', { before: 28 }],
        ['controllers', '*,-certificatesigningrequest-signing-controller', { since: 28 }],
      ]
