import { unlessEmpty } from './component-config.ts'
import { CONTAINERD_SOCKET, DIRECTORIES } from './config-paths.ts'
import type { StackFacts } from './stack-facts.ts'

/** First minor version of fields that were flags before. */
const TAINTS_SINCE = 23
const ENDPOINT_SINCE = 27
/** KEP-4033: read from the runtime since 1.34, to be removed in 1.38. */
const CGROUP_DRIVER_BEFORE = 38

export const kubeletConfiguration = (facts: StackFacts) => {
  const { description, options, node, minor } = facts
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    ...access(facts),
    readOnlyPort: 0,
    // certmgr renews the client certificate; two who do so would undo each other.
    rotateCertificates: false,
    clusterDomain: description.domain,
    clusterDNS: [description.networks.dns],
    ...(options.resolvConf === undefined ? {} : { resolvConf: options.resolvConf }),
    ...(minor < CGROUP_DRIVER_BEFORE ? { cgroupDriver: options.cgroupDriver } : {}),
    ...(minor >= ENDPOINT_SINCE ? { containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}` } : {}),
    staticPodPath: DIRECTORIES.staticPods,
    ...(minor >= TAINTS_SINCE ? unlessEmpty('registerWithTaints', node.taints) : {}),
    ...reserved(facts),
    ...unlessEmpty('featureGates', description.featureGates),
  }
}

/** Who may come: by a client certificate or a token, and only for what RBAC allows. */
const access = ({ paths }: StackFacts) => {
  const serving = paths.certificateOf('kubelet-serving')
  return {
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: paths.bundlePath('client-ca') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: serving.certificate,
    tlsPrivateKeyFile: serving.key,
    tlsMinVersion: 'VersionTLS12',
  }
}

const reserved = ({ description: { reserved: amounts } }: StackFacts) => ({
  ...unlessEmpty('kubeReserved', amounts.kube ?? {}),
  ...unlessEmpty('systemReserved', amounts.system ?? {}),
  ...unlessEmpty('evictionHard', amounts.evictionHard ?? {}),
})
