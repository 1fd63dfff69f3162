import * as v from 'valibot'
import { absolutePath } from './scalars.ts'

export const image = v.pipe(
  v.string(),
  v.maxLength(255),
  v.regex(
    /^[a-z0-9][a-z0-9._/-]*(:[0-9]+\/[a-z0-9._/-]+)?(:[A-Za-z0-9_.-]+)?(@sha256:[0-9a-f]{64})?$/,
    'is not an image such as registry.k8s.io/pause:3.10',
  ),
)

const coredns = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  /** What kubeadm of the same release takes, if absent. */
  image: v.optional(image),
  replicas: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 2),
})

/** Section `modern` of a description. */
export const modernOptions = v.strictObject({
  /** Holds the network of a pod; what containerd or docker has built in, if absent. */
  sandboxImage: v.optional(image),
  cgroupDriver: v.optional(v.picklist(['systemd', 'cgroupfs']), 'systemd'),
  /** The resolvers that pods inherit; with systemd-resolved /run/systemd/resolve/resolv.conf. */
  resolvConf: v.optional(absolutePath),
  flannelBackend: v.optional(v.picklist(['vxlan', 'host-gw', 'wireguard']), 'vxlan'),
  coredns: v.optional(coredns, {}),
})

export type ModernOptions = v.InferOutput<typeof modernOptions>

/** Everything at its default where a description has no such section. */
export const modernOptionsOf = ({
  modern,
}: {
  readonly modern?: ModernOptions | undefined
}): ModernOptions => modern ?? v.parse(modernOptions, {})
