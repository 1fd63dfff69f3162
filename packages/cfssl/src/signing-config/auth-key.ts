import type { Secret } from '@easycerts/shared/encoding'

/** A key that authenticated requests are signed with (HMAC-SHA-256). */
export interface AuthKey {
  /** Its name in `auth_keys`, for policy and log; the key itself is never shown. */
  readonly name: string
  readonly key: Secret<Buffer>
}
