import * as v from 'valibot'
import { absolutePath } from './scalars.ts'

const IMAGE = /^(docker:\/\/)?[a-z0-9][A-Za-z0-9._:/-]*(@sha256:[0-9a-f]{64})?$/
const imageName = v.pipe(
  v.string(),
  v.maxLength(512),
  v.regex(IMAGE, 'is not the name of an image such as quay.io/coreos/hyperkube'),
)
const imageTag = v.pipe(
  v.string(),
  v.regex(/^\w[\w.-]{0,127}$/, 'is not a tag such as v1.5.4_coreos.0'),
)
const version = v.pipe(
  v.string(),
  v.regex(/^\d{1,5}\.\d{1,3}\.\d{1,3}$/, 'is not a version such as 962.0.0'),
)
const url = v.pipe(
  v.string(),
  v.maxLength(512),
  v.regex(/^https?:\/\/[A-Za-z0-9._[\]:-]+$/, 'is not the URL of a server'),
)

/** The wrapper splits them at white space alone: no shell sees them, and no quote keeps words together. */
const rktWord = v.pipe(
  v.string(),
  v.maxLength(4096),
  v.regex(/^[\u0021-\u007e]+$/, 'is not one word of ASCII'),
)

/** After kubelet-wrapper.md and the install scripts of coreos-kubernetes. */
export const kubeletWrapperOptions = v.strictObject({
  /** KUBELET_IMAGE_TAG and KUBELET_IMAGE_URL, or KUBELET_IMAGE for both. */
  image: v.optional(
    v.strictObject({
      tag: v.optional(imageTag),
      url: v.optional(imageName),
      image: v.optional(imageName),
    }),
    { tag: 'v1.5.4_coreos.0' },
  ),
  /** The kubelet's container gets the host's /etc/resolv.conf. */
  hostDns: v.optional(v.boolean(), false),
  /** Pods may mount iSCSI targets. */
  iscsi: v.optional(v.boolean(), false),
  /** Pods may mount volumes of Ceph's block device. */
  rbd: v.optional(v.boolean(), false),
  /** Further words of RKT_RUN_ARGS. */
  rktRunArguments: v.optional(v.pipe(v.array(rktWord), v.maxLength(100)), []),
  uuidFile: v.optional(absolutePath, '/var/run/kubelet-pod.uuid'),
  /** CoreOS of the machines; before 962.0.0 it has no wrapper, and ours is put into /opt/bin. */
  coreosVersion: v.optional(version),
  rktVersion: v.optional(version),
  manifestDirectory: v.optional(absolutePath, '/etc/kubernetes/manifests'),
  /** Overrides what is dialled: masterAddress over TLS. */
  apiServers: v.optional(v.pipe(v.array(url), v.minLength(1), v.maxLength(16))),
  allowPrivileged: v.optional(v.boolean(), true),
  /** The source's form: whoever reaches the kubelet's ports may run programs in its pods. */
  unauthenticated: v.optional(v.boolean(), false),
  /** For flannel, which reads its network there. */
  etcdEndpoints: v.optional(v.pipe(v.array(url), v.minLength(1), v.maxLength(16))),
})

export type KubeletWrapperOptions = v.InferOutput<typeof kubeletWrapperOptions>
