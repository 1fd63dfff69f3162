import { constants } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { Secret } from '@easycerts/shared/encoding'
import { seconds } from '@easycerts/shared/time'
import { certificatePem, isIssuedByAny, parseCertificate } from '@easycerts/shared/x509'
import type { Issuer } from '../authority/index.ts'
import { limitLife, SLOWNESS_CHECKS } from './connection-life.ts'

/** A TLS certificate in use: PEM of the leaf and its chain up to the pinned CA, and of its key. */
export interface TlsCredentials {
  readonly cert: string
  readonly key: Secret<string>
}

/** As Node wants them. */
export const bareCredentials = ({ cert, key }: TlsCredentials) => ({ cert, key: key.reveal() })

const HANDSHAKE_TIMEOUT = seconds(10)

type Handler = Parameters<typeof createServer>[1]

// TLS 1.3 alone: every client is ours. No session is resumed, for a resumed one shows no certificate.
export const TLS_RULES = {
  minVersion: 'TLSv1.3',
  secureOptions: constants.SSL_OP_NO_TICKET,
} as const

const HANDSHAKE_RULES = {
  ...SLOWNESS_CHECKS,
  handshakeTimeout: HANDSHAKE_TIMEOUT,
  ...TLS_RULES,
} as const

/** Asks for no client certificate and sends its chain up to the pinned CA. */
export const createJoinListener = (credentials: TlsCredentials, handler: Handler): Server =>
  limitLife(
    createServer({ ...HANDSHAKE_RULES, ...bareCredentials(credentials) }, handler),
    'secureConnection',
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
      ...HANDSHAKE_RULES,
      ...bareCredentials(credentials),
      ca: trustedBy(enrolment),
      requestCert: true,
      rejectUnauthorized: true,
    },
    handler,
  )
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    if (!isOfEnrolment(socket, enrolment)) socket.destroy()
  })
  return limitLife(server, 'secureConnection')
}

const isOfEnrolment = (socket: TLSSocket, { certificate, above }: EnrolmentTrust): boolean => {
  if (above.length === 0) return true
  try {
    return isIssuedByAny(parseCertificate(socket.getPeerCertificate().raw), [certificate])
  } catch {
    return false
  }
}
