import { HARDENING } from '../systemd/index.ts'
import { type GeneratedFile, jsonFile } from '../stack/index.ts'
import { cniFiles } from './cni-files.ts'
import { componentService, type ServiceFiles } from './component-service.ts'
import { CONTROL_PLANE_ONLINE, KUBELET_TARGET } from './targets.ts'
import { componentKubeconfig } from './kubeconfigs.ts'
import { kubeletFiles, kubeletWords, MANIFEST_DIRECTORY } from './kubelet-flags.ts'
import { apiserverUnits, kubernetesProgram, type NixosFacts, runtimeUnit } from './nixos-facts.ts'
import { script, shellWord } from './scripts.ts'
import { present } from './secrets.ts'

const CNI_BIN_DIRECTORY = '/opt/cni/bin'

const PROGRAMS = ['git', 'ssh', 'mount', 'ip', 'ethtool', 'thin_check', 'iptables', 'socat']

export const kubelet = (facts: NixosFacts): ServiceFiles => {
  const kubeconfig = componentKubeconfig(
    facts,
    'kubelet',
    'kubelet-client',
    facts.options.kubelet.kubeconfig,
  )
  const { clientCa, certificate, key } = kubeletFiles(facts)
  const runtime = runtimeUnit(facts)
  const service = componentService(facts, {
    name: 'kubelet',
    description: 'Kubernetes Kubelet Service',
    eventual: {
      wantedBy: 'kubernetes.target',
      after: ['network.target', runtime, ...apiserverUnits(facts)],
    },
    online: {
      wantedBy: KUBELET_TARGET,
      after: [CONTROL_PLANE_ONLINE, runtime],
      before: [KUBELET_TARGET],
    },
    source: { wantedBy: KUBELET_TARGET, after: [CONTROL_PLANE_ONLINE], before: [KUBELET_TARGET] },
    needs: [...new Set([...kubeconfig.needs, ...present([clientCa, certificate, key])])],
    type: 'exec',
    restartSeconds: 5,
    sourceRestart: ['on-failure', '1000ms'],
    preStart: linkPlugins(facts),
    programs: [
      ...PROGRAMS,
      facts.description.containerRuntime.name === 'docker' ? 'docker' : 'ctr',
    ],
    command: {
      program: kubernetesProgram(facts, 'kubelet'),
      arguments: kubeletWords(facts, kubeconfig.path),
    },
    service: [
      ['CPUAccounting', 'yes'],
      ['MemoryAccounting', 'yes'],
    ],
    hardening: HARDENING.kubelet,
    defects: [
      'its pre-start script removes the plug-ins of others from /opt/cni/bin',
      'five failures within ten seconds end it for good: RestartSec= is shorter than the start limit allows',
      'its serving certificate has no name but its CN there, which no client since Go 1.15 reads',
    ],
  })
  return {
    ...service,
    files: [...service.files, kubeconfig.file, ...cniFiles(facts), ...manifests(facts)],
  }
}

const linkPlugins = (facts: NixosFacts): GeneratedFile => {
  const { packages } = facts.options.kubelet.cni
  return facts.form === 'verbatim'
    ? script('kubelet-pre-start', [
        'set -e',
        `rm -f ${CNI_BIN_DIRECTORY}/* || true`,
        ...packages.flatMap((path) => [
          `echo "Linking cni package: ${path}"`,
          `ln -fs ${shellWord(path)}/* ${CNI_BIN_DIRECTORY}`,
        ]),
      ])
    : script('kubelet-pre-start', [
        "# Links CNI plug-ins into place; a file that is no link is somebody else's and stays.",
        `for directory in ${packages.map(shellWord).join(' ')}; do`,
        '  for plugin in "$directory"/*; do',
        `    link=${CNI_BIN_DIRECTORY}/\${plugin##*/}`,
        '    [ -f "$plugin" ] || continue',
        '    if [ -e "$link" ] && [ ! -L "$link" ]; then continue; fi',
        '    ln -fs "$plugin" "$link"',
        '  done',
        'done',
      ])
}

/** Pods that the kubelet runs without any apiserver. NixOS makes these files executable. */
const manifests = (facts: NixosFacts): GeneratedFile[] =>
  Object.entries(facts.options.kubelet.manifests).map(([name, manifest]) => ({
    ...jsonFile(`${MANIFEST_DIRECTORY}/${name}.json`, manifest),
    ...(facts.form === 'verbatim' ? { mode: 0o755 } : {}),
  }))
