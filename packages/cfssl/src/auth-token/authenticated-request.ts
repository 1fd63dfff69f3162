import { decodeGoBase64, GoObject, readGoObject } from '../go-json/index.ts'

/** A request and what proves who made it; the timestamp and the address prove nothing, here as in cfssl. */
export interface AuthenticatedRequest {
  readonly token: Buffer
  /** The very octets that the token was made over. */
  readonly request: Buffer
}

/** auth.AuthenticatedRequest. GoJsonError, in Go's words. */
export const readAuthenticatedRequest = (text: string): AuthenticatedRequest => {
  const fields = new GoObject(
    readGoObject(text, 'auth.AuthenticatedRequest'),
    'AuthenticatedRequest',
  )
  fields.number('timestamp', 'int64')
  decodeGoBase64(fields, 'remote_address')
  return { token: decodeGoBase64(fields, 'token'), request: decodeGoBase64(fields, 'request') }
}
