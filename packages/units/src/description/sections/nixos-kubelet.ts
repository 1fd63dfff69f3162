import * as v from 'valibot'
import { TAINT_EFFECTS } from './nodes.ts'
import {
  cniEntry,
  fileOfLayout,
  flag,
  gates,
  kubeconfig,
  listenAddress,
  listenPort,
  objects,
  optionalFile,
  paths,
  verbosity,
  words,
} from './nixos-values.ts'
import { absolutePath, address, host, nodeName } from './scalars.ts'

const NETWORK_PLUGINS = ['cni', 'kubenet'] as const

const taint = v.strictObject({
  /** The name of the entry where it is left out. */
  key: v.optional(v.pipe(v.string(), v.maxLength(317))),
  value: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.-]{0,63}$/, 'is not a value of a taint')),
  effect: v.picklist(TAINT_EFFECTS, `is not one of ${TAINT_EFFECTS.join(', ')}`),
})

const cni = v.strictObject({
  /** Directories whose programs are linked into /opt/cni/bin. */
  packages: v.optional(v.array(absolutePath), ['/usr/lib/cni']),
  config: v.optional(v.pipe(v.array(cniEntry), v.maxLength(80)), []),
  configDir: optionalFile,
})

/** services.kubernetes.kubelet, with NixOS's own defaults. */
export const nixosKubelet = v.strictObject({
  address: listenAddress('0.0.0.0'),
  allowPrivileged: flag(false),
  /** '' leaves the flag out, as for clusterDomain. */
  clusterDns: v.optional(v.union([v.literal(''), address], 'is neither an address nor ""')),
  clusterDomain: v.optional(v.union([v.literal(''), host], 'is neither a domain nor ""')),
  clientCaFile: fileOfLayout,
  cni: v.optional(cni, {}),
  extraOpts: words,
  featureGates: gates,
  healthz: v.optional(
    v.strictObject({ bind: listenAddress('127.0.0.1'), port: listenPort(10_248) }),
    {},
  ),
  hostname: v.optional(nodeName),
  kubeconfig,
  manifests: objects,
  networkPlugin: v.optional(
    v.nullable(v.picklist(NETWORK_PLUGINS, `is not one of ${NETWORK_PLUGINS.join(', ')}, null`)),
  ),
  nodeIp: v.optional(v.nullable(address), null),
  registerNode: flag(true),
  port: listenPort(10_250),
  /** Archives of images, loaded before the kubelet starts. */
  seedDockerImages: paths,
  /** The archive of the image `pause`, which is always loaded; null: it is there already. */
  infraContainerArchive: v.optional(
    v.nullable(absolutePath),
    '/var/lib/kubernetes/images/pause.tar',
  ),
  taints: v.optional(v.record(v.string(), taint), {}),
  tlsCertFile: fileOfLayout,
  tlsKeyFile: fileOfLayout,
  /** Left out: a node that is but a master is. */
  unschedulable: v.optional(v.boolean()),
  verbosity,
})
