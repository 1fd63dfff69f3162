import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { sha256Hex } from '@easycerts/shared/encoding'
import type { FastifyRequest } from 'fastify'

const known = new WeakMap<Socket, string>()

/**
 * SHA-256 of the client certificate of a connection, hex: a name to count and to remember by, not an
 * authorisation. Undefined where none was shown.
 */
export const fingerprintOfPeer = (socket: Socket): string | undefined => {
  if (!(socket instanceof TLSSocket)) return undefined
  const before = known.get(socket)
  if (before !== undefined) return before
  const certificate = socket.getPeerX509Certificate()
  if (!certificate) return undefined
  const fingerprint = sha256Hex(certificate.raw)
  known.set(socket, fingerprint)
  return fingerprint
}

export const peerFingerprintOf = ({ raw: { socket } }: FastifyRequest): string | undefined =>
  fingerprintOfPeer(socket)
