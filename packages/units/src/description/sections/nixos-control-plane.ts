import * as v from 'valibot'
import {
  fileOfLayout,
  flag,
  gates,
  insecurePort,
  kubeconfig,
  listenAddress,
  listenPort,
  objects,
  optionalFile,
  url,
  verbosity,
  words,
} from './nixos-values.ts'
import { address, text } from './scalars.ts'

const AUTHORIZATION_MODES = [
  'AlwaysAllow',
  'AlwaysDeny',
  'ABAC',
  'Webhook',
  'RBAC',
  'Node',
] as const

const ADMISSION_PLUGINS = [
  'NamespaceLifecycle',
  'LimitRanger',
  'ServiceAccount',
  'ResourceQuota',
  'DefaultStorageClass',
  'DefaultTolerationSeconds',
  'NodeRestriction',
]

const pluginName = v.pipe(v.string(), v.regex(/^[A-Za-z]+$/, 'is not the name of a plug-in'))

/** services.kubernetes.apiserver; its port and ranges are those of the cluster. */
export const nixosApiserver = v.strictObject({
  advertiseAddress: v.optional(v.nullable(address), null),
  allowPrivileged: flag(false),
  authorizationMode: v.optional(v.array(v.picklist(AUTHORIZATION_MODES)), ['RBAC', 'Node']),
  authorizationPolicy: v.optional(v.array(v.record(v.string(), v.unknown())), []),
  webhookConfig: optionalFile,
  basicAuthFile: optionalFile,
  bindAddress: listenAddress('0.0.0.0'),
  clientCaFile: fileOfLayout,
  disableAdmissionPlugins: v.optional(v.array(pluginName), []),
  enableAdmissionPlugins: v.optional(v.array(pluginName), ADMISSION_PLUGINS),
  etcd: v.optional(
    v.strictObject({
      servers: v.optional(v.array(url)),
      caFile: fileOfLayout,
      certFile: fileOfLayout,
      keyFile: fileOfLayout,
    }),
    {},
  ),
  extraOpts: words,
  featureGates: gates,
  insecureBindAddress: listenAddress('127.0.0.1'),
  insecurePort: insecurePort(0),
  kubeletClientCaFile: fileOfLayout,
  kubeletClientCertFile: fileOfLayout,
  kubeletClientKeyFile: fileOfLayout,
  kubeletHttps: flag(true),
  proxyClientCertFile: fileOfLayout,
  proxyClientKeyFile: fileOfLayout,
  runtimeConfig: v.optional(text, 'authentication.k8s.io/v1beta1=true'),
  serviceAccountKeyFile: fileOfLayout,
  storageBackend: v.optional(v.picklist(['etcd2', 'etcd3']), 'etcd3'),
  tlsCertFile: fileOfLayout,
  tlsKeyFile: fileOfLayout,
  tokenAuthFile: optionalFile,
  verbosity,
})

export const nixosControllerManager = v.strictObject({
  allocateNodeCIDRs: flag(true),
  bindAddress: listenAddress('127.0.0.1'),
  extraOpts: words,
  featureGates: gates,
  insecurePort: insecurePort(0),
  kubeconfig,
  leaderElect: flag(true),
  rootCaFile: fileOfLayout,
  securePort: listenPort(10_252),
  serviceAccountKeyFile: fileOfLayout,
  /** NixOS issues this certificate and gives it to nobody; null is what it does. */
  tlsCertFile: fileOfLayout,
  tlsKeyFile: fileOfLayout,
  verbosity,
})

export const nixosScheduler = v.strictObject({
  address: listenAddress('127.0.0.1'),
  extraOpts: words,
  featureGates: gates,
  kubeconfig,
  leaderElect: flag(true),
  port: insecurePort(10_251),
  verbosity,
})

export const nixosAddonManager = v.strictObject({
  kubeconfig,
  /** What the addon manager keeps applied. */
  addons: objects,
  /** What the cluster's administrator applies once, beside the roles that components need. */
  bootstrapAddons: objects,
})
