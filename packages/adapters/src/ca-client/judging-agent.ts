import { Agent, type RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { parseHost } from '@easycerts/shared/cluster'
import { parseCertificatePem, validatePinnedPath } from '@easycerts/shared/x509'
import { chainOf, OUT_OF_DATE } from '../tls/index.ts'
import { UNTRUSTED } from './failure-of-call.ts'

/**
 * Refuses every server that TLS does not verify, as Node does with `rejectUnauthorized`, and tells an
 * impostor from a wrong clock and from an absence: OpenSSL keeps only its last complaint, and one
 * about dates hides that a signature or a name is wrong.
 */
export class JudgingAgent extends Agent {
  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const socket = super.createConnection({ ...options, rejectUnauthorized: false }, callback)
    if (!(socket instanceof TLSSocket)) throw new TypeError('an agent of HTTPS opens TLS sockets')
    // The first to hear of the handshake, and before any octet of ours is written.
    socket.once('secureConnect', () => {
      if (!socket.authorized) socket.destroy(verdictOn(socket, options))
    })
    return socket
  }
}

const verdictOn = (socket: TLSSocket, { ca, host }: RequestOptions): Error => {
  const complaint = String(socket.authorizationError)
  const isOnlyDates =
    Object.hasOwn(OUT_OF_DATE, complaint) && isAnchored(socket, String(ca), host ?? '')
  return Object.assign(new Error(complaint), { code: isOnlyDates ? complaint : UNTRUSTED })
}

const isAnchored = (socket: TLSSocket, anchorPem: string, host: string): boolean => {
  try {
    const { pin } = parseCertificatePem(anchorPem)
    return validatePinnedPath(chainOf(socket), [pin], parseHost(host)).anchor.pin === pin
  } catch {
    return false
  }
}
