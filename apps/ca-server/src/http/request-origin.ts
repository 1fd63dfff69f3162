import { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import type { LogOrigin } from '../authority/index.ts'

/** Where a request came from, for the entries that it makes. */
export const originOf = ({ raw: { socket } }: FastifyRequest): LogOrigin =>
  socket instanceof TLSSocket
    ? { via: 'tls', address: socket.remoteAddress ?? null }
    : { via: 'operator-socket', address: null }
