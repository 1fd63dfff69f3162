import { type GeneratedFile, jsonFile } from '../stack/index.ts'
import { hasFlannel, type NixosFacts } from './nixos-facts.ts'

export const ADDON_DIRECTORY = '/etc/kubernetes/addons'
export const BOOTSTRAP_DIRECTORY = '/etc/kubernetes/bootstrap-addons'

const RBAC_GROUP = 'rbac.authorization.k8s.io'
const RBAC = `${RBAC_GROUP}/v1`

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

const roleRef = (kind: 'Role' | 'ClusterRole', name: string) => ({
  apiGroup: RBAC_GROUP,
  kind,
  name,
})

const user = (name: string) => [{ apiGroup: RBAC_GROUP, kind: 'User', name }]

const clusterRole = (name: string, rules: readonly Rule[]): object => ({
  apiVersion: RBAC,
  kind: 'ClusterRole',
  metadata: { name },
  rules,
})

const clusterBinding = (name: string, role: string, subject: string): object => ({
  apiVersion: RBAC,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: roleRef('ClusterRole', role),
  subjects: user(subject),
})

const ADDON_MANAGER = 'system:kube-addon-manager'
const LISTER = `${ADDON_MANAGER}:cluster-lister`
const EVERYTHING: Rule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }
const inKubeSystem = { name: ADDON_MANAGER, namespace: 'kube-system' } as const

/** What the users of easyCerts may do, which kube-apiserver's own roles do not say. */
const ROLES: Readonly<Record<string, object>> = {
  'apiserver-kubelet-api-admin-crb': clusterBinding(
    'system:kube-apiserver:kubelet-api-admin',
    'system:kubelet-api-admin',
    'system:kube-apiserver',
  ),
  'addon-manager-r': {
    apiVersion: RBAC,
    kind: 'Role',
    metadata: inKubeSystem,
    rules: [EVERYTHING],
  },
  'addon-manager-rb': {
    apiVersion: RBAC,
    kind: 'RoleBinding',
    metadata: inKubeSystem,
    roleRef: roleRef('Role', ADDON_MANAGER),
    subjects: user(ADDON_MANAGER),
  },
  'addon-manager-cluster-lister-cr': clusterRole(LISTER, [{ ...EVERYTHING, verbs: ['list'] }]),
  'addon-manager-cluster-lister-crb': clusterBinding(LISTER, LISTER, ADDON_MANAGER),
}

const FLANNEL_ROLES: Readonly<Record<string, object>> = {
  'flannel-cr': clusterRole('flannel', [
    { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] },
    { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
  ]),
  'flannel-crb': clusterBinding('flannel', 'flannel', 'flannel-client'),
}

const inDirectory = (
  directory: string,
  objects: Readonly<Record<string, object>>,
): GeneratedFile[] =>
  Object.entries(objects).map(([name, object]) => jsonFile(`${directory}/${name}.json`, object))

/** Applied once by the cluster's administrator, who alone may give away such rights. */
export const bootstrapAddons = (facts: NixosFacts): GeneratedFile[] => {
  const { addonManager, apiserver } = facts.options
  const flannel =
    hasFlannel(facts) && facts.options.flannel.storageBackend === 'kubernetes' ? FLANNEL_ROLES : {}
  const roles = apiserver.authorizationMode.includes('RBAC') ? { ...ROLES, ...flannel } : {}
  return inDirectory(BOOTSTRAP_DIRECTORY, { ...roles, ...addonManager.bootstrapAddons })
}

/** Kept applied by the addon manager, as `addonManager.addons` has them. */
export const addons = ({ options }: NixosFacts): GeneratedFile[] =>
  inDirectory(ADDON_DIRECTORY, options.addonManager.addons)
