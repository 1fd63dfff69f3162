import * as v from 'valibot'
import {
  fileOfLayout,
  flag,
  gates,
  kubeconfig,
  listenAddress,
  optionalFile,
  url,
  verbosity,
  words,
} from './nixos-values.ts'
import { absolutePath, address, text } from './scalars.ts'

export const nixosProxy = v.strictObject({
  bindAddress: listenAddress('0.0.0.0'),
  extraOpts: words,
  featureGates: gates,
  kubeconfig,
  verbosity,
})

/** services.flannel; its network is the cluster's range of pods. */
export const nixosFlannel = v.strictObject({
  storageBackend: v.optional(v.picklist(['kubernetes', 'etcd']), 'kubernetes'),
  subnetLen: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(30)), 24),
  subnetMin: v.optional(v.nullable(address), null),
  subnetMax: v.optional(v.nullable(address), null),
  backend: v.optional(v.looseObject({ Type: text }), { Type: 'vxlan' }),
  publicIp: v.optional(v.nullable(address), null),
  iface: v.optional(
    v.nullable(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.:@-]{1,64}$/, 'is not an interface'))),
    null,
  ),
  kubeconfig,
  etcd: v.optional(
    v.strictObject({
      endpoints: v.optional(v.array(url)),
      prefix: v.optional(absolutePath, '/coreos.com/network'),
      caFile: optionalFile,
      certFile: optionalFile,
      keyFile: optionalFile,
    }),
    {},
  ),
})

/** services.etcd, which listens to its own machine alone unless told otherwise. */
export const nixosEtcd = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.-]{1,64}$/, 'is not a name'))),
  dataDir: v.optional(absolutePath, '/var/lib/etcd'),
  listenClientUrls: v.optional(v.array(url), ['https://127.0.0.1:2379']),
  listenPeerUrls: v.optional(v.array(url), ['https://127.0.0.1:2380']),
  advertiseClientUrls: v.optional(v.array(url)),
  initialAdvertisePeerUrls: v.optional(v.array(url)),
  initialCluster: v.optional(v.array(text)),
  initialClusterState: v.optional(v.picklist(['new', 'existing']), 'new'),
  initialClusterToken: v.optional(text, 'etcd-cluster'),
  clientCertAuth: flag(true),
  peerClientCertAuth: flag(true),
  trustedCaFile: fileOfLayout,
  certFile: fileOfLayout,
  keyFile: fileOfLayout,
  peerTrustedCaFile: fileOfLayout,
  peerCertFile: fileOfLayout,
  peerKeyFile: fileOfLayout,
  /** Further variables of etcd, without their ETCD_. */
  extraConf: v.optional(
    v.record(v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]*$/, 'is not a name like DEBUG')), text),
    {},
  ),
})

export const nixosDocker = v.strictObject({
  program: v.optional(absolutePath, '/usr/bin/dockerd'),
  logDriver: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z-]+$/, 'is not a log driver')),
    'json-file',
  ),
  extraOptions: words,
})
