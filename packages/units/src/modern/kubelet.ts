import { dnsServiceAddress } from '@easycerts/shared/cluster'
import { HARDENING } from '../systemd/index.ts'
import { type ComponentFiles, yamlFile } from '../stack/index.ts'
import { CONFIG_PATHS, CONTAINERD_SOCKET, DIRECTORIES } from './config-paths.ts'
import { CONTAINERD_UNIT } from './containerd.ts'
import { type Flag, renderFlags } from './flag.ts'
import { bundlePath, certificateOf, kubeconfigPath, unitName } from './layout-lookup.ts'
import { kubernetesService } from './service-unit.ts'
import { kubernetesProgram, type StackFacts } from './stack-facts.ts'

export const kubelet = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: unitName('kubelet'),
      description: 'kubelet, the node agent of Kubernetes',
      after: [CONTAINERD_UNIT],
      type: 'exec',
      restartSeconds: 10,
      command: {
        program: kubernetesProgram(facts.programs, 'kubelet'),
        arguments: renderFlags(facts.minor, flags(facts)),
      },
      hardening: HARDENING.kubelet,
    }),
  ],
  files: [yamlFile(CONFIG_PATHS.kubelet, configuration(facts))],
})

/** All other flags of the kubelet are deprecated in favour of its configuration file. */
const flags = ({ node, address }: StackFacts): readonly Flag[] => [
  ['config', CONFIG_PATHS.kubelet],
  ['kubeconfig', kubeconfigPath('kubelet-client')],
  // The Node authorizer compares it with the CN of the client certificate.
  ['hostname-override', node.name],
  ['node-ip', address],
]

const configuration = ({ cluster, node, minor }: StackFacts): object => {
  const serving = certificateOf('kubelet-serving')
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: bundlePath('client-ca') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: serving.certificate,
    tlsPrivateKeyFile: serving.key,
    tlsMinVersion: 'VersionTLS12',
    readOnlyPort: 0,
    // certmgr renews the client certificate; two who do so would undo each other.
    rotateCertificates: false,
    clusterDomain: cluster.domain,
    clusterDNS: [dnsServiceAddress(cluster)],
    // KEP-4033: read from the runtime since 1.34, to be removed in 1.38.
    ...(minor < 38 ? { cgroupDriver: 'systemd' } : {}),
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    staticPodPath: DIRECTORIES.staticPods,
    ...(node.role === 'master' ? { registerWithTaints: CONTROL_PLANE_TAINTS } : {}),
  }
}

const CONTROL_PLANE_TAINTS = [
  { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
] as const
