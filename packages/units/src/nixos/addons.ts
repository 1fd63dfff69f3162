import { type GeneratedFile, jsonFile } from '../stack/index.ts'
import { corednsAddons, corednsBootstrap } from './coredns.ts'
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

const users = (...names: readonly string[]) =>
  names.map((name) => ({ apiGroup: RBAC_GROUP, kind: 'User', name }))

const clusterRole = (name: string, rules: readonly Rule[]): object => ({
  apiVersion: RBAC,
  kind: 'ClusterRole',
  metadata: { name },
  rules,
})

const clusterBinding = (name: string, role: string, ...subjects: readonly string[]): object => ({
  apiVersion: RBAC,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: roleRef('ClusterRole', role),
  subjects: users(...subjects),
})

const ADDON_MANAGER = 'system:kube-addon-manager'
const LISTER = `${ADDON_MANAGER}:cluster-lister`
const EVERYTHING: Rule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }
const inKubeSystem = { name: ADDON_MANAGER, namespace: 'kube-system' } as const

/** kube-apiserver as kubelets see it: by the profiles of NixOS, and by those that joined nodes get. */
const APISERVER_USERS = ['system:kube-apiserver', 'kube-apiserver-kubelet-client'] as const

const apiserverRoles = (subjects: readonly string[]): Readonly<Record<string, object>> => ({
  'apiserver-kubelet-api-admin-crb': clusterBinding(
    'system:kube-apiserver:kubelet-api-admin',
    'system:kubelet-api-admin',
    ...subjects,
  ),
})

/** What the users of easyCerts may do, which kube-apiserver's own roles do not say. */
const ROLES: Readonly<Record<string, object>> = {
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
    subjects: users(ADDON_MANAGER),
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
  const dns = facts.options.addons.dns.enable ? corednsBootstrap : {}
  const own = apiserverRoles(
    facts.form === 'verbatim' ? ['system:kube-apiserver'] : APISERVER_USERS,
  )
  const roles = apiserver.authorizationMode.includes('RBAC')
    ? { ...own, ...ROLES, ...flannel, ...dns }
    : {}
  return inDirectory(BOOTSTRAP_DIRECTORY, { ...roles, ...addonManager.bootstrapAddons })
}

/** Kept applied by the addon manager; one in `addonManager.addons` takes the place of ours of that name. */
export const addons = (facts: NixosFacts): GeneratedFile[] => {
  const { addonManager, addons: own } = facts.options
  const dns = own.dns.enable ? corednsAddons(facts) : {}
  return inDirectory(ADDON_DIRECTORY, { ...dns, ...addonManager.addons })
}
