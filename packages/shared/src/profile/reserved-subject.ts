/** Users and groups that Kubernetes or easycerts give a meaning: only built-in profiles bear them. */
const RESERVED = /^(system|easycerts):/

export const isReservedSubject = (text: string): boolean => RESERVED.test(text)

/** Groups with all rights: Kubernetes's own, that of kubeadm's admin.conf, and ours of the same kind. */
const CLUSTER_ADMIN_GROUPS: readonly string[] = [
  'system:masters',
  'kubeadm:cluster-admins',
  'easycerts:cluster-admins',
]

export const isClusterAdminGroup = (group: string): boolean => CLUSTER_ADMIN_GROUPS.includes(group)
