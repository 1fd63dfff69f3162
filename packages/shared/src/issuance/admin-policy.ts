import { isComponentUser, isReservedSubject, MAX_ADMIN_LIFE } from '../profile/index.ts'
import { type Duration, formatDuration, minutes } from '../time/index.ts'
import { refusal } from './refusal.ts'

/** What the local operator asks for: a user, groups, and how long. */
export interface AdminRequest {
  readonly user: string
  readonly groups: readonly string[]
  readonly life: Duration
}

const MIN_ADMIN_LIFE = minutes(1)
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@:-]{0,62}$/
const MAX_GROUPS = 8

/** A person must not pose as a component, nor as a node or an operator of easycerts. */
const isGroupPermitted = (group: string): boolean =>
  NAME.test(group) && (group === 'system:masters' || !isReservedSubject(group))

/** ERR_SUBJECT_NOT_PERMITTED or ERR_VALIDITY_NOT_PERMITTED. */
export const checkAdminRequest = ({ user, groups, life }: AdminRequest): void => {
  checkUserName(user)
  if (!groups.every(isGroupPermitted) || groups.length > MAX_GROUPS)
    throw refusal(
      'ERR_SUBJECT_NOT_PERMITTED',
      'admin-groups',
      'group not permitted for a kubeconfig',
      'system:masters and groups of your own are; other system: groups are not',
    )
  if (life < MIN_ADMIN_LIFE || life > MAX_ADMIN_LIFE)
    throw refusal(
      'ERR_VALIDITY_NOT_PERMITTED',
      'admin-life',
      `a kubeconfig lives from ${formatDuration(MIN_ADMIN_LIFE)} to ${formatDuration(MAX_ADMIN_LIFE)}`,
      'choose a --ttl between the two',
    )
}

/** A person's name in a certificate: ERR_SUBJECT_NOT_PERMITTED for one that a component bears. */
export const checkUserName = (user: string): void => {
  if (!NAME.test(user) || isReservedSubject(user) || isComponentUser(user))
    throw refusal(
      'ERR_SUBJECT_NOT_PERMITTED',
      'admin-user',
      'user name not permitted for a person',
      'use letters, digits and . _ @ : -, no "system:" in front, and no name of a component',
    )
}
