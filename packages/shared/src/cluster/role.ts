import { EasycertsError } from '../errors/index.ts'

export const ROLES = ['worker', 'master'] as const

/** What a node is to the cluster; it decides which profiles the node may get. */
export type Role = (typeof ROLES)[number]

export const parseRole = (text: string): Role => {
  const role = ROLES.find((known) => known === text)
  if (!role)
    throw new EasycertsError('ERR_USAGE', `"${text.slice(0, 20)}" is not a role`, {
      hint: `roles are ${ROLES.join(' and ')}`,
    })
  return role
}
