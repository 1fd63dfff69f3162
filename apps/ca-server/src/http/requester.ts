import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { sha256Hex } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import type { OperatorRequester } from '@easycerts/shared/issuance'
import { JOIN_EXPORTER, PLAN_EXPORTER } from '@easycerts/shared/ticket'
import { parseCertificate, subjectOf } from '@easycerts/shared/x509'
import type { FastifyRequest } from 'fastify'
import {
  type Authority,
  identifyNode,
  identifyOperator,
  type NodeRequester,
  withOrigin,
} from '../authority/index.ts'
import { originOf } from './request-origin.ts'

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
): Promise<NodeRequester> => {
  // A fork that shows here is an entry of the log, which says from where.
  const here = authority.origin ? authority : withOrigin(authority, originOf(request))
  return identifyNode(here, sha256Hex(shownCertificateOf(request)))
}

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

interface Exporter {
  readonly label: string
  readonly length: number
}

const exporterOf = (request: FastifyRequest, { label, length }: Exporter): Buffer =>
  socketOf(request).exportKeyingMaterial(length, label, Buffer.alloc(0))

/** Ties a join to its connection (RFC 8446 §7.5). */
export const joinExporterOf = (request: FastifyRequest): Buffer =>
  exporterOf(request, JOIN_EXPORTER)

/** Ties a question what a ticket is worth to its connection, by another label. */
export const planExporterOf = (request: FastifyRequest): Buffer =>
  exporterOf(request, PLAN_EXPORTER)
