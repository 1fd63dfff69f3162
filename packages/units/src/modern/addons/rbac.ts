import type { Manifest } from './manifest.ts'

const RBAC = 'rbac.authorization.k8s.io/v1'
const GROUP = 'rbac.authorization.k8s.io'

interface PolicyRule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

type Subject =
  | { readonly kind: 'User'; readonly name: string }
  | { readonly kind: 'ServiceAccount'; readonly name: string; readonly namespace: string }

const subjectOf = (subject: Subject): object =>
  subject.kind === 'User' ? { ...subject, apiGroup: GROUP } : subject

export const clusterRole = (name: string, rules: readonly PolicyRule[]): Manifest => ({
  apiVersion: RBAC,
  kind: 'ClusterRole',
  metadata: { name },
  rules,
})

export const clusterRoleBinding = (name: string, role: string, subject: Subject): Manifest => ({
  apiVersion: RBAC,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: role },
  subjects: [subjectOf(subject)],
})

/** A role in one namespace, and its binding of the same name. */
export const boundRole = (
  { name, namespace }: { readonly name: string; readonly namespace: string },
  rules: readonly PolicyRule[],
  subject: Subject,
): readonly Manifest[] => [
  { apiVersion: RBAC, kind: 'Role', metadata: { name, namespace }, rules },
  {
    apiVersion: RBAC,
    kind: 'RoleBinding',
    metadata: { name, namespace },
    roleRef: { apiGroup: GROUP, kind: 'Role', name },
    subjects: [subjectOf(subject)],
  },
]
