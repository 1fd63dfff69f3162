import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { sha256Hex } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import type { OperatorRequester } from '@easycerts/shared/issuance'
import { JOIN_EXPORTER } from '@easycerts/shared/ticket'
import { parseCertificate, subjectOf } from '@easycerts/shared/x509'
import type { FastifyRequest } from 'fastify'
import {
  type Authority,
  identifyNode,
  identifyOperator,
  type NodeRequester,
} from '../authority/index.ts'

const socketOf = (request: FastifyRequest): TLSSocket => {
  const { socket } = request.raw
  if (!(socket instanceof TLSSocket)) throw new TypeError('this route belongs on a TLS listener')
  return socket
}

/**
 * The certificate that this very request shows. `socket.authorized` is no answer: a session resumed
 * without a client certificate may show it, so sessions are refused and certificates looked up each time.
 */
export const shownCertificateOf = (request: FastifyRequest): Buffer => {
  const socket = socketOf(request)
  const certificate = socket.getPeerX509Certificate()
  if (!certificate || socket.isSessionReused())
    throw new EasycertsError(
      'ERR_CLIENT_CERTIFICATE_REQUIRED',
      'this connection shows no client certificate',
    )
  return certificate.raw
}

/** The node that sent a request. */
export const nodeRequesterOf = (
  authority: Authority,
  request: FastifyRequest,
): Promise<NodeRequester> => identifyNode(authority, sha256Hex(shownCertificateOf(request)))

/** The operator whose certificate a request shows. ERR_REQUESTER_NOT_PERMITTED for a node. */
export const operatorRequesterOf = async (
  authority: Authority,
  request: FastifyRequest,
): Promise<OperatorRequester> =>
  identifyOperator(authority, parseCertificate(shownCertificateOf(request)))

const shownByOperators = new WeakMap<Socket, boolean>()

/** Whether a connection shows an operator certificate; TLS has verified that the enrolment CA signed it. */
export const isShownByOperator = (request: FastifyRequest): boolean => {
  const { socket } = request.raw
  const known = shownByOperators.get(socket)
  if (known !== undefined) return known
  const subject = subjectOf(parseCertificate(shownCertificateOf(request)).subject)
  const isOperators = subject?.organizations.includes('easycerts:operator') === true
  shownByOperators.set(socket, isOperators)
  return isOperators
}

/** Ties a join to its connection (RFC 8446 §7.5). */
export const joinExporterOf = (request: FastifyRequest): Buffer =>
  socketOf(request).exportKeyingMaterial(JOIN_EXPORTER.length, JOIN_EXPORTER.label, Buffer.alloc(0))
