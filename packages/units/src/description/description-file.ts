import * as v from 'valibot'
import { COMPONENT_NAMES } from './component-name.ts'
import { FLAVOUR_NAMES } from './flavour.ts'
import { LAYOUT_NAMES } from './layout-name.ts'
import { flavourOptions } from './sections/flavour-options.ts'
import { nodeSection } from './sections/nodes.ts'
import {
  address,
  clusterName,
  host,
  podCidrs,
  port,
  release,
  serviceCidrs,
} from './sections/scalars.ts'
import { programsSection, reservedSection, settingsSection } from './sections/settings.ts'

const networks = v.strictObject({
  services: v.optional(serviceCidrs),
  pods: v.optional(podCidrs),
  /** Address of cluster DNS. */
  dns: v.optional(address),
})

const containerRuntime = v.strictObject({
  name: v.picklist(['containerd', 'docker', 'rkt']),
  /** '1.7' or '2' of containerd. */
  version: v.optional(
    v.pipe(v.string(), v.regex(/^[12](\.\d+)?$/, 'is not a version such as "2"')),
  ),
})

/** What an operator writes. */
export const descriptionFile = v.strictObject({
  name: clusterName,
  flavour: v.optional(v.picklist(FLAVOUR_NAMES), 'modern'),
  kubernetesVersion: v.optional(release),
  domain: v.optional(host, 'cluster.local'),
  networks: v.optional(networks, {}),
  /** Under which all nodes reach kube-apiserver: its host, a balancer, or localhost on a single node. */
  masterAddress: host,
  apiserverPort: v.optional(port),
  nodes: v.pipe(v.array(nodeSection), v.minLength(1), v.maxLength(5000)),
  /** What no node runs, whatever its roles say; a node can still switch it on for itself. */
  without: v.optional(v.array(v.picklist(COMPONENT_NAMES)), []),
  containerRuntime: v.optional(containerRuntime),
  cni: v.optional(v.picklist(['flannel', 'calico', 'bridge', 'none'])),
  proxyMode: v.optional(v.picklist(['iptables', 'ipvs', 'nftables']), 'iptables'),
  reserved: v.optional(reservedSection, {}),
  featureGates: v.optional(v.record(v.string(), v.boolean()), {}),
  settings: v.optional(settingsSection, {}),
  layout: v.optional(v.picklist(LAYOUT_NAMES)),
  programs: v.optional(programsSection, {}),
  /** kube-controller-manager signs CSRs with an issuer of the CA that is for nothing else. */
  csrSigner: v.optional(v.boolean(), false),
  ...flavourOptions,
})

export type DescriptionFile = v.InferOutput<typeof descriptionFile>
