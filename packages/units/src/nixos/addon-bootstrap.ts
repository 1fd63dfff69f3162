import type { GeneratedFile } from '../stack/index.ts'
import { BOOTSTRAP_DIRECTORY, bootstrapAddons } from './addons.ts'
import { componentService, type ServiceFiles } from './component-service.ts'
import { componentKubeconfig } from './kubeconfigs.ts'
import { kubectlUntil, sourceKubectlUntil } from './kubectl-wait.ts'
import { kubernetesProgram, type NixosFacts } from './nixos-facts.ts'
import { CONTROL_PLANE_ONLINE } from './targets.ts'

const NAME = 'kube-addon-manager-bootstrap'

/** The administrator's kubeconfig, which NixOS links here for people as well. */
export const clusterAdminKubeconfig = (facts: NixosFacts) =>
  componentKubeconfig(facts, 'cluster-admin', 'cluster-admin')

/** Gives the components their rights, as cluster-admin, before the addon manager needs its own. */
export const addonBootstrap = (facts: NixosFacts): ServiceFiles => {
  const kubeconfig = clusterAdminKubeconfig(facts)
  const objects: readonly GeneratedFile[] = bootstrapAddons(facts)
  const files = [kubeconfig.file, ...objects]
  if (objects.length === 0) return { units: [], files }
  const service = componentService(facts, {
    name: NAME,
    description: 'Roles of the components of Kubernetes',
    eventual: { wantedBy: 'kubernetes.target', after: ['kube-apiserver.service'] },
    online: {
      wantedBy: CONTROL_PLANE_ONLINE,
      after: ['kube-apiserver.service'],
      before: [CONTROL_PLANE_ONLINE],
    },
    needs: kubeconfig.needs,
    type: 'oneshot',
    restartSeconds: 10,
    waits: [
      kubectlUntil(facts, 'the rights of cluster-admin', kubeconfig.path, [
        ...['auth', 'can-i', '*', '*', '-q'],
      ]),
    ],
    sourcePreStart: sourceKubectlUntil(facts, kubeconfig.path, `auth can-i '*' '*' -q`),
    command: {
      program: kubernetesProgram(facts, 'kubectl'),
      arguments: [`--kubeconfig=${kubeconfig.path}`, 'apply', '-f', BOOTSTRAP_DIRECTORY],
    },
    service: [
      ['RemainAfterExit', 'yes'],
      // kubectl keeps what it learnt of the server below HOME.
      ['Environment', 'HOME=/root'],
    ],
    sourceService: [['Environment', 'HOME=/root']],
    defects: ['its loop has no end but the time systemd gives to any start'],
  })
  return { ...service, files: [...service.files, ...files] }
}
