import { addressInCidr } from '@easycerts/shared/cluster'
import { formatKubeconfig } from '@easycerts/shared/kubernetes'
import { configFile, type GeneratedFile, jsonFile } from '../stack/index.ts'
import { CNI_DIRECTORY, KUBECONFIGS, type KubeaszFacts } from './kubeasz-facts.ts'

const PRIVATE = 0o600

/** By file, so that a renewed certificate reaches its program. */
const kubeconfig = (
  { apiserver, certificates }: KubeaszFacts,
  path: string,
  { user, pair }: { readonly user: string; readonly pair: 'client' | 'proxy' },
): GeneratedFile => ({
  ...configFile(
    path,
    formatKubeconfig({
      cluster: 'kubernetes',
      server: apiserver,
      user,
      credentials: {
        kind: 'files',
        ca: certificates.serverCa,
        certificate: certificates[pair].certificate,
        key: certificates[pair].key,
      },
    }),
  ),
  mode: PRIVATE,
})

export const kubeletKubeconfig = (facts: KubeaszFacts): GeneratedFile =>
  kubeconfig(facts, KUBECONFIGS.kubelet, { user: `system:node:${facts.node.name}`, pair: 'client' })

export const proxyKubeconfig = (facts: KubeaszFacts): GeneratedFile =>
  kubeconfig(facts, KUBECONFIGS.proxy, { user: 'kube-proxy', pair: 'proxy' })

/** For cfssl: one certificate by which the kubelet serves and calls. */
export const kubeletCsr = ({ node, options }: KubeaszFacts): GeneratedFile =>
  jsonFile(`${options.caDirectory}/kubelet-csr.json`, {
    CN: `system:node:${node.name}`,
    hosts: [
      ...new Set([
        '127.0.0.1',
        node.name,
        ...node.addresses,
        ...node.names.map(({ value }) => value),
      ]),
    ],
    key: { algo: 'rsa', size: 2048 },
    names: [{ O: 'system:nodes' }],
  })

const ADDRESSES_OF_A_BRIDGE = 256

/** Each node has a /24 of its own, by its place in the description. */
const bridge = ({ description, node, pods }: KubeaszFacts): object => {
  const place = description.nodes.findIndex(({ name }) => name === node.name)
  return {
    cniVersion: '0.3.1',
    name: 'mynet',
    type: 'bridge',
    bridge: 'mynet0',
    isDefaultGateway: true,
    ipMasq: true,
    hairpinMode: true,
    ipam: {
      type: 'host-local',
      subnet: `${addressInCidr(pods, place * ADDRESSES_OF_A_BRIDGE)}/24`,
    },
  }
}

const flannel = {
  cniVersion: '0.3.1',
  name: 'cbr0',
  plugins: [
    { type: 'flannel', delegate: { hairpinMode: true, isDefaultGateway: true } },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
}

/** Calico's pods write their own; a placeholder would let pods start in a network that is not theirs. */
export const cniFiles = (facts: KubeaszFacts): readonly GeneratedFile[] => {
  const { cni } = facts.description
  if (cni === 'bridge') return [jsonFile(`${CNI_DIRECTORY}/10-default.conf`, bridge(facts))]
  return cni === 'flannel' ? [jsonFile(`${CNI_DIRECTORY}/10-flannel.conflist`, flannel)] : []
}

/** Working directories and others that must be there before the first start. */
export const directories = ({ options }: KubeaszFacts): GeneratedFile =>
  configFile(
    '/etc/tmpfiles.d/kubeasz.conf',
    [
      ...new Set([
        '/var/lib/kubelet',
        '/var/lib/kube-proxy',
        options.kubeletRootDirectory,
        CNI_DIRECTORY,
        options.manifestDirectory,
        options.caDirectory,
      ]),
    ]
      .map((path) => `d ${path} 0755 root root\n`)
      .join(''),
  )
