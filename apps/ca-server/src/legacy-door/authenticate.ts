import { type AuthenticatedRequest, keyOfToken } from '@easycerts/cfssl/auth-token'
import { badRequest } from '@easycerts/cfssl/protocol'
import type { SigningProfile } from '@easycerts/cfssl/signing-config'
import { sha256Hex } from '@easycerts/shared/encoding'
import type { LegacyKey } from '@easycerts/shared/issuance'
import type { LegacyDesk, LegacyRoot } from './legacy-desk.ts'

/** Whose request it is, and how it is known again. */
export interface Authenticated {
  readonly key: LegacyKey
  readonly requestHash: string | undefined
}

/** By the profile's keys, the current one first. CfsslFailure "invalid token". */
export const authenticate = (
  { keys, switches }: LegacyDesk,
  { label }: LegacyRoot,
  { authKeys }: SigningProfile,
  authenticated: AuthenticatedRequest,
): Authenticated => {
  const found = keyOfToken(authKeys, authenticated)
  if (!found) throw badRequest('invalid token')
  const { name } = found
  const head = Buffer.from(`${JSON.stringify([name, label])}\n`)
  return {
    key: keys.get(name) ?? { name, rows: [] },
    requestHash: switches.has('endless-replay')
      ? undefined
      : sha256Hex(Buffer.concat([head, authenticated.request])),
  }
}
