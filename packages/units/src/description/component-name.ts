/** What can be switched on or off, under the names that `services.kubernetes` of NixOS gave it. */
export const COMPONENT_NAMES = [
  'etcd',
  'apiserver',
  'controllerManager',
  'scheduler',
  'addonManager',
  'kubelet',
  'proxy',
  'flannel',
  'certificates',
] as const

export type ComponentName = (typeof COMPONENT_NAMES)[number]

export const NODE_ROLES = ['master', 'node'] as const

export type NodeRole = (typeof NODE_ROLES)[number]

/** services.kubernetes.roles: each turns these on; flannel and certificates come with any. */
export const COMPONENTS_OF_ROLE: Readonly<Record<NodeRole, readonly ComponentName[]>> = {
  master: COMPONENT_NAMES,
  node: ['kubelet', 'proxy', 'flannel', 'certificates'],
}
