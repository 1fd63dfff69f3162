import { EasycertsError } from '../errors/index.ts'
import { type Duration, formatDuration, hours, minutes } from '../time/index.ts'

/** What the local operator asks for: a user, groups, and how long. */
export interface AdminRequest {
  readonly user: string
  readonly groups: readonly string[]
  readonly life: Duration
}

/** An exported kubeconfig cannot be revoked at the apiserver, so it must be short. */
const MAX_ADMIN_LIFE = hours(24)
const MIN_ADMIN_LIFE = minutes(1)
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@:-]{0,62}$/
// Users that Kubernetes itself gives a meaning; a person must not pose as a component.
const RESERVED_USER = /^system:/
const RESERVED_GROUPS = /^(system:(?!masters$)|easycerts:)/

/** ERR_SUBJECT_NOT_PERMITTED or ERR_VALIDITY_NOT_PERMITTED. */
export const checkAdminRequest = ({ user, groups, life }: AdminRequest): void => {
  if (!NAME.test(user) || RESERVED_USER.test(user))
    throw new EasycertsError(
      'ERR_SUBJECT_NOT_PERMITTED',
      'user name not permitted for a kubeconfig',
      {
        hint: 'use letters, digits and . _ @ : -, and no "system:" in front',
      },
    )
  const refused = groups.find((group) => !NAME.test(group) || RESERVED_GROUPS.test(group))
  if (refused !== undefined || groups.length > 8)
    throw new EasycertsError('ERR_SUBJECT_NOT_PERMITTED', 'group not permitted for a kubeconfig', {
      hint: 'system:masters and groups of your own are; other system: groups are not',
    })
  if (life < MIN_ADMIN_LIFE || life > MAX_ADMIN_LIFE)
    throw new EasycertsError(
      'ERR_VALIDITY_NOT_PERMITTED',
      `a kubeconfig lives from ${formatDuration(MIN_ADMIN_LIFE)} to ${formatDuration(MAX_ADMIN_LIFE)}`,
      { hint: 'choose a --ttl between the two' },
    )
}
