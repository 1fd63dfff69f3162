import { constants } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { type Duration, minutes, seconds } from '@easycerts/shared/time'
import { certificatePem, isIssuedByAny, parseCertificate } from '@easycerts/shared/x509'
import type { Issuer } from '../authority/index.ts'

/** A TLS certificate in use: PEM of the leaf and its chain up to the pinned CA, and of its key. */
export interface TlsCredentials {
  readonly cert: string
  readonly key: string
}

/** A connection may carry many requests, but not for ever: what it was admitted by may have ended. */
export const MAX_CONNECTION_LIFE: Duration = minutes(10)

const HANDSHAKE_TIMEOUT = seconds(10)

type Handler = Parameters<typeof createServer>[1]

// TLS 1.3 alone: every client is ours. No session is resumed, for a resumed one shows no certificate.
export const TLS_RULES = {
  minVersion: 'TLSv1.3',
  secureOptions: constants.SSL_OP_NO_TICKET,
} as const

/** Asks for no client certificate and sends its chain up to the pinned CA. */
export const createJoinListener = (credentials: TlsCredentials, handler: Handler): Server =>
  bounded(
    createServer({ handshakeTimeout: HANDSHAKE_TIMEOUT, ...TLS_RULES, ...credentials }, handler),
  )

/** Whose clients are admitted: the enrolment CA, with what stands above it. */
export type EnrolmentTrust = Pick<Issuer, 'certificate' | 'above'>

/**
 * OpenSSL must see the root, or it accepts no chain (a listener of Node knows no partial ones). The
 * certificates of other CAs below that root, it then accepts as well: see `createNodeListener`.
 */
export const trustedBy = ({ certificate, above }: EnrolmentTrust): string[] =>
  [certificate, ...above].map(certificatePem)

/** Demands a client certificate of the enrolment CA, and trusts no other. */
export const createNodeListener = (
  credentials: TlsCredentials,
  enrolment: EnrolmentTrust,
  handler: Handler,
): Server => {
  const server = createServer(
    {
      handshakeTimeout: HANDSHAKE_TIMEOUT,
      ...TLS_RULES,
      ...credentials,
      ca: trustedBy(enrolment),
      requestCert: true,
      rejectUnauthorized: true,
    },
    handler,
  )
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    if (!isOfEnrolment(socket, enrolment)) socket.destroy()
  })
  return bounded(server)
}

const isOfEnrolment = (socket: TLSSocket, { certificate, above }: EnrolmentTrust): boolean => {
  if (above.length === 0) return true
  try {
    return isIssuedByAny(parseCertificate(socket.getPeerCertificate().raw), [certificate])
  } catch {
    return false
  }
}

const bounded = (server: Server): Server =>
  server.on('secureConnection', (socket: TLSSocket) => {
    const end = setTimeout(() => socket.end(), MAX_CONNECTION_LIFE)
    end.unref()
    socket.once('close', () => clearTimeout(end))
  })
