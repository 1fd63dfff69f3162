import type { AuthKey } from '../signing-config/index.ts'
import { tokenOf } from './verify-token.ts'

/** The body of `authsign` around the octets of a request. */
export const writeAuthenticatedRequest = (key: AuthKey, request: Buffer): string =>
  JSON.stringify({
    token: tokenOf(key, request).toString('base64'),
    request: request.toString('base64'),
  })
