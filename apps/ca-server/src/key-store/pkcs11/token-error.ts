import { EasycertsError } from '@easycerts/shared/errors'

/** The number of a PKCS#11 return value; 0 for a failure that is none. */
export const returnValueOf = (error: unknown): number =>
  error instanceof Error && error.name === 'Pkcs11Error' && 'code' in error ? Number(error.code) : 0

/** PKCS#11 2.40 §4: the session, the login or the token is gone, and a new session may help. */
const LOST = new Set([
  0x03, // CKR_SLOT_ID_INVALID
  0x05, // CKR_GENERAL_ERROR
  0x06, // CKR_FUNCTION_FAILED
  0x30, // CKR_DEVICE_ERROR
  0x32, // CKR_DEVICE_REMOVED
  0x60, // CKR_KEY_HANDLE_INVALID
  0x82, // CKR_OBJECT_HANDLE_INVALID: SoftHSM's word for a token whose files are gone
  0xb0, // CKR_SESSION_CLOSED
  0xb3, // CKR_SESSION_HANDLE_INVALID
  0xe0, // CKR_TOKEN_NOT_PRESENT
  0xe1, // CKR_TOKEN_NOT_RECOGNIZED
  0x101, // CKR_USER_NOT_LOGGED_IN
  0x190, // CKR_CRYPTOKI_NOT_INITIALIZED
])

export const isLost = (error: unknown): boolean => LOST.has(returnValueOf(error))

const PIN_REFUSED = new Set([
  0xa0, // CKR_PIN_INCORRECT
  0xa1, // CKR_PIN_INVALID
  0xa2, // CKR_PIN_LEN_RANGE
  0xa3, // CKR_PIN_EXPIRED
  0xa4, // CKR_PIN_LOCKED
])

export const isPinRefused = (error: unknown): boolean => PIN_REFUSED.has(returnValueOf(error))

/** A failure of the token as one of ours, with the standard's own name for it; others unchanged. */
export const tokenError = (label: string, error: unknown): unknown => {
  if (returnValueOf(error) === 0) return error
  const name = (error as Error).message
  return isPinRefused(error)
    ? new EasycertsError('ERR_PKCS11_PIN_REFUSED', `token "${label}" refuses the PIN: ${name}`)
    : unavailable(label, name)
}

export const unavailable = (label: string, reason: string, hint?: string): EasycertsError =>
  new EasycertsError(
    'ERR_PKCS11_UNAVAILABLE',
    `token "${label}" cannot be used: ${reason}`,
    hint === undefined ? {} : { hint },
  )
