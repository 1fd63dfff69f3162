import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AuthKey } from '../signing-config/index.ts'
import type { AuthenticatedRequest } from './authenticated-request.ts'

/** HMAC-SHA-256 over the octets of a request, as cfssl's type "standard" has it. */
export const tokenOf = ({ key }: AuthKey, request: Buffer): Buffer =>
  createHmac('sha256', key.reveal()).update(request).digest()

/** The first of the keys that the token was made with; undefined if it is none of them. */
export const keyOfToken = (
  keys: readonly AuthKey[],
  { token, request }: AuthenticatedRequest,
): AuthKey | undefined =>
  keys.find((key) => {
    const expected = tokenOf(key, request)
    return token.length === expected.length && timingSafeEqual(token, expected)
  })
