import type { LayoutName } from '@easycerts/shared/cluster'
import type { Manifest } from './manifest.ts'
import { boundRole, clusterRole, clusterRoleBinding } from './rbac.ts'

/** The CN of the certificates; whose profiles are in kubernetes-profiles.ts. */
const ADDON_MANAGER = 'system:kube-addon-manager'
const FLANNEL = 'flannel-client'

/** kube-apiserver asks kubelets for logs and runs commands by them, without being an administrator. */
export const apiserverRoles = (layout: LayoutName): readonly Manifest[] => [
  clusterRoleBinding('system:kube-apiserver:kubelet-api-admin', 'system:kubelet-api-admin', {
    kind: 'User',
    name: layout === 'nixos' ? 'system:kube-apiserver' : 'kube-apiserver-kubelet-client',
  }),
]

/** Everything in kube-system, and a look at the rest: kubectl apply --prune lists what it may prune. */
export const addonManagerRoles: readonly Manifest[] = [
  ...boundRole(
    { name: ADDON_MANAGER, namespace: 'kube-system' },
    [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
    { kind: 'User', name: ADDON_MANAGER },
  ),
  clusterRole(`${ADDON_MANAGER}:cluster-lister`, [
    { apiGroups: ['*'], resources: ['*'], verbs: ['list'] },
  ]),
  clusterRoleBinding(`${ADDON_MANAGER}:cluster-lister`, `${ADDON_MANAGER}:cluster-lister`, {
    kind: 'User',
    name: ADDON_MANAGER,
  }),
]

export const flannelRoles: readonly Manifest[] = [
  clusterRole('flannel', [
    { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
  ]),
  clusterRoleBinding('flannel', 'flannel', { kind: 'User', name: FLANNEL }),
]
