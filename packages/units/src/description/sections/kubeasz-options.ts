import * as v from 'valibot'
import { absolutePath } from './scalars.ts'

const url = v.pipe(
  v.string(),
  v.maxLength(512),
  v.regex(/^https:\/\/[A-Za-z0-9._[\]:-]+$/, 'is not the URL of a server, by https'),
)
const imageName = v.pipe(
  v.string(),
  v.maxLength(512),
  v.regex(/^[a-z0-9][A-Za-z0-9._:/@-]*$/, 'is not the name of an image'),
)
/** It goes into a script. */
const subject = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9:._@-]{0,127}$/, 'is not the name of a user or a group'),
)

/** The variables of kubeasz's inventory and of its role kube-node, with their defaults of 2019-04. */
export const kubeaszOptions = v.strictObject({
  /** Of certificates that kubeasz itself makes, where the nodes have none of ours. */
  caDirectory: v.optional(absolutePath, '/etc/kubernetes/ssl'),
  /** KUBE_APISERVER; masterAddress if absent. */
  apiserver: v.optional(url),
  sandboxImage: v.optional(imageName, 'mirrorgooglecontainers/pause-amd64:3.1'),
  kubeletRootDirectory: v.optional(absolutePath, '/var/lib/kubelet'),
  manifestDirectory: v.optional(absolutePath, '/etc/kubernetes/manifest'),
  maxPods: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)), 110),
  /** Of the machines. On 1 the cgroups of the kubelet are made first, for CentOS 7 lacks some. */
  cgroupVersion: v.optional(v.picklist([1, 2]), 1),
  /** That of Docker. */
  cgroupDriver: v.optional(v.picklist(['cgroupfs', 'systemd']), 'cgroupfs'),
  /** The kubelet tells pods of cluster DNS: by address and domain, or by neither. */
  clusterDns: v.optional(v.boolean(), true),
  /**
   * What kube-proxy makes look like its own: calls to services from outside of the pod network
   * (--cluster-cidr, kubeasz since 2019-08-25), all of them, or none (the rule before, for network policy).
   */
  serviceTraffic: v.optional(
    v.picklist(['cluster-cidr', 'masquerade-all', 'plain']),
    'cluster-cidr',
  ),
  /** Pods are kept apart by NetworkPolicy, which needs to see who calls. */
  networkPolicy: v.optional(v.boolean(), false),
  /** Who may ask for the first certificate of a machine. */
  bootstrapUser: v.optional(subject, 'kubelet-bootstrap'),
  bootstrapGroup: v.optional(subject, 'system:kubelet-bootstrap'),
})

export type KubeaszOptions = v.InferOutput<typeof kubeaszOptions>
