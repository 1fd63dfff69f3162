import type { TLSSocket } from 'node:tls'
import { EasycertsError, wrapError } from '@easycerts/shared/errors'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { type Certificate, type PinnedPath, validatePinnedPath } from '@easycerts/shared/x509'
import type { Endpoint } from './endpoint.ts'
import { chainOf } from '../tls/index.ts'

/** `validatePinnedPath`, with whatever node:crypto throws at a hostile key as ERR_CHAIN_INVALID. */
export const validateChain = (
  chain: readonly Certificate[],
  pins: readonly PublicKeyPin[],
  { host }: Endpoint,
): PinnedPath => {
  try {
    return validatePinnedPath(chain, pins, host)
  } catch (error) {
    throw wrapError('ERR_CHAIN_INVALID', 'the server’s chain cannot be verified', error)
  }
}

/** OpenSSL's verdicts on dates, which wait until the server's signed time is known. */
const DATE_ERRORS = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED'])

/**
 * Judges a connection that trusts the anchor alone. OpenSSL keeps only its last complaint, and one
 * about dates hides what came before and keeps Node from comparing names: so our own validation of
 * this connection's chain must pass too, whatever OpenSSL says. ERR_PIN_MISMATCH, ERR_CHAIN_INVALID.
 */
export const verifyServer = (
  socket: TLSSocket,
  pins: readonly PublicKeyPin[],
  endpoint: Endpoint,
): PinnedPath => {
  const complaint = String(socket.authorizationError)
  if (!socket.authorized && !DATE_ERRORS.has(complaint))
    throw new EasycertsError(
      'ERR_CHAIN_INVALID',
      `the server’s chain does not verify (${complaint})`,
    )
  if (socket.isSessionReused())
    throw new EasycertsError('ERR_CHAIN_INVALID', 'the server resumed a session that is not ours')
  return validateChain(chainOf(socket), pins, endpoint)
}
