import type { DescribedNode, Taint } from '../description/index.ts'
import { commandWords, featureGates, list, type NixosFlag } from './flags.ts'
import { hasFlannel, hostnameOf, type NixosFacts } from './nixos-facts.ts'
import { bundleFile, certificateFile, keyFile, orLayout } from './secrets.ts'

export const MANIFEST_DIRECTORY = '/etc/kubernetes/manifests'
export const CNI_CONFIG_DIRECTORY = '/etc/cni/net.d'
const CONTAINERD_SOCKET = 'unix:///run/containerd/containerd.sock'

/** Certificates of the kubelet's server, and of whom it believes clients; undefined: none. */
export const kubeletFiles = (facts: NixosFacts) => {
  const { clientCaFile, tlsCertFile, tlsKeyFile } = facts.options.kubelet
  return {
    clientCa: orLayout(clientCaFile, bundleFile(facts, 'client-ca')),
    certificate: orLayout(tlsCertFile, certificateFile(facts, 'kubelet')),
    key: orLayout(tlsKeyFile, keyFile(facts, 'kubelet')),
  }
}

/** The command line in the order of kubelet.nix, then what other parts of a description ask for. */
export const kubeletWords = (facts: NixosFacts, kubeconfig: string): string[] => {
  const { kubelet } = facts.options
  const flags = [
    ...serving(facts),
    ...cluster(facts),
    ...registration(facts, kubeconfig),
    ...runtime(facts),
    ...reservations(facts),
  ]
  return commandWords(facts, 'kubelet', flags, kubelet.extraOpts)
}

const serving = (facts: NixosFacts): readonly NixosFlag[] => {
  const { kubelet } = facts.options
  const { clientCa, certificate, key } = kubeletFiles(facts)
  return [
    ['address', kubelet.address],
    ['allow-privileged', kubelet.allowPrivileged],
    // NixOS leaves it to the default, which lets anybody read what RBAC gives to everybody.
    ...(facts.form === 'verbatim' ? [] : ([['anonymous-auth', false]] as const)),
    ['authentication-token-webhook'],
    ['authentication-token-webhook-cache-ttl', '10s'],
    ['authorization-mode', 'Webhook'],
    ['client-ca-file', clientCa],
    ['tls-cert-file', certificate],
    ['tls-private-key-file', key],
    ['healthz-bind-address', kubelet.healthz.bind],
    ['healthz-port', kubelet.healthz.port],
    ['port', kubelet.port],
  ]
}

const cluster = (facts: NixosFacts): readonly NixosFlag[] => {
  const { description, options } = facts
  const { kubelet } = options
  return [
    ['cluster-dns', (kubelet.clusterDns ?? description.networks.dns) || undefined],
    ['cluster-domain', (kubelet.clusterDomain ?? description.domain) || undefined],
    ['cni-conf-dir', kubelet.cni.configDir ?? CNI_CONFIG_DIRECTORY],
    ['feature-gates', featureGates(facts, kubelet.featureGates)],
    ['hairpin-mode', 'hairpin-veth'],
    ['network-plugin', networkPlugin(facts)],
  ]
}

const registration = (facts: NixosFacts, kubeconfig: string): readonly NixosFlag[] => {
  const { kubelet, dataDir } = facts.options
  const labels = Object.entries(facts.node.labels).map(([name, value]) => `${name}=${value}`)
  return [
    ['hostname-override', hostnameOf(facts)],
    ['kubeconfig', kubeconfig],
    ['node-ip', kubelet.nodeIp ?? undefined],
    ['node-labels', list(labels)],
    ['pod-infra-container-image', 'pause'],
    [
      'pod-manifest-path',
      Object.keys(kubelet.manifests).length > 0 ? MANIFEST_DIRECTORY : undefined,
    ],
    ['register-node', kubelet.registerNode],
    ['register-with-taints', list(taintsOf(facts).map(taintText))],
    ['root-dir', dataDir],
    ['v', kubelet.verbosity],
  ]
}

const runtime = ({ description }: NixosFacts): readonly NixosFlag[] =>
  description.containerRuntime.name === 'containerd'
    ? [
        ['container-runtime', 'remote'],
        ['container-runtime-endpoint', CONTAINERD_SOCKET],
        ['cgroup-driver', 'systemd'],
      ]
    : []

const reservations = ({ description: { reserved } }: NixosFacts): readonly NixosFlag[] => {
  const amounts = (sign: '=' | '<', of: Readonly<Record<string, string>> = {}) =>
    list(Object.entries(of).map(([name, amount]) => `${name}${sign}${amount}`))
  return [
    ['kube-reserved', amounts('=', reserved.kube)],
    ['system-reserved', amounts('=', reserved.system)],
    ['eviction-hard', amounts('<', reserved.evictionHard)],
  ]
}

/** flannel is a plug-in of CNI; null is no flag at all. */
const networkPlugin = (facts: NixosFacts): string | undefined => {
  const { networkPlugin: chosen } = facts.options.kubelet
  if (chosen !== undefined) return chosen ?? undefined
  const { cni } = facts.description
  const usesCni = cni === 'flannel' ? hasFlannel(facts) : cni !== 'none'
  return usesCni ? 'cni' : 'kubenet'
}

const isOnlyMaster = ({ roles }: DescribedNode): boolean =>
  roles.length > 0 && roles.every((role) => role === 'master')

/** Those of the node, those of the option, and that of a node which is but a master; each key once. */
export const taintsOf = ({ node, options }: NixosFacts): readonly Taint[] => {
  const { taints, unschedulable } = options.kubelet
  const rows: readonly Taint[] = [
    ...node.taints,
    ...Object.entries(taints).map(([name, { key, value, effect }]) => ({
      key: key ?? name,
      value,
      effect,
    })),
    ...((unschedulable ?? isOnlyMaster(node))
      ? [{ key: 'unschedulable', value: 'true', effect: 'NoSchedule' } as const]
      : []),
  ]
  return [...new Map(rows.map((taint) => [`${taint.key}:${taint.effect}`, taint])).values()]
}

const taintText = ({ key, value = '', effect }: Taint): string => `${key}=${value}:${effect}`
