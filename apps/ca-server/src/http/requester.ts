import { TLSSocket } from 'node:tls'
import { sha256Hex } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { JOIN_EXPORTER } from '@easycerts/shared/ticket'
import type { FastifyRequest } from 'fastify'
import { type Authority, identifyNode, type NodeRequester } from '../authority/index.ts'

const socketOf = (request: FastifyRequest): TLSSocket => {
  const { socket } = request.raw
  if (!(socket instanceof TLSSocket)) throw new TypeError('this route belongs on a TLS listener')
  return socket
}

/**
 * Who sent this very request. `socket.authorized` is no answer: a session resumed without a client
 * certificate may show it, so sessions are refused and the certificate is looked up each time.
 */
export const nodeRequesterOf = (
  authority: Authority,
  request: FastifyRequest,
): Promise<NodeRequester> => {
  const socket = socketOf(request)
  const certificate = socket.getPeerX509Certificate()
  if (!certificate || socket.isSessionReused())
    throw new EasycertsError(
      'ERR_CLIENT_CERTIFICATE_REQUIRED',
      'this connection shows no client certificate',
    )
  return identifyNode(authority, sha256Hex(certificate.raw))
}

/** Ties a join to its connection (RFC 8446 §7.5). */
export const joinExporterOf = (request: FastifyRequest): Buffer =>
  socketOf(request).exportKeyingMaterial(JOIN_EXPORTER.length, JOIN_EXPORTER.label, Buffer.alloc(0))
