import type { RequestListener, Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { MAX_BODY_OCTETS } from '@easycerts/shared/api'
import {
  EasycertsError,
  isEasycertsError,
  PROBLEM_MEDIA_TYPE,
  problemOf,
} from '@easycerts/shared/errors'
import { minutes, seconds } from '@easycerts/shared/time'
import {
  fastify,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'

/** Fastify with our bounds, our errors and our log, around a server that has been made already. */
export const createServer = (
  log: FastifyBaseLogger,
  serverOf: (handler: RequestListener) => Server | TlsServer,
): FastifyInstance => {
  const server = fastify({
    loggerInstance: log,
    serverFactory: (handler) => wrap(handler, serverOf) as Server,
    bodyLimit: MAX_BODY_OCTETS,
    forceCloseConnections: true,
    return503OnClosing: true,
    genReqId: newRequestId,
    // What fails before a route is found, such as a path that cannot be decoded.
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply),
    logController: new LogController({ disableRequestLogging: true }),
  }) as unknown as FastifyInstance
  dropAtClose(server)
  server.setErrorHandler(refuse)
  server.setNotFoundHandler(() => {
    throw new EasycertsError('ERR_ROUTE_UNKNOWN', MESSAGES.ERR_ROUTE_UNKNOWN)
  })
  return server
}

/** Every failure leaves as `application/problem+json`; only our own ones say more than that it failed. */
const refuse = async (
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> => {
  const known = errorOf(error)
  const problem = problemOf(known, request.id)
  if (isEasycertsError(known))
    request.log.warn({ code: known.code, reason: known.message }, 'refused')
  else request.log.error({ err: known }, 'internal error')
  await reply
    .status(problem.status)
    .header('content-type', PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(problem))
}

/** A connection that never finished its handshake is unknown to HTTP, whose close would wait for it. */
const dropAtClose = (server: FastifyInstance): void => {
  const sockets = new Set<Socket>()
  let isClosing = false
  server.server.on('connection', (socket: Socket) => {
    if (isClosing) socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.addHook('preClose', (done) => {
    isClosing = true
    for (const socket of sockets) socket.destroy()
    done()
  })
}

const wrap = (
  handler: RequestListener,
  serverOf: (handler: RequestListener) => Server | TlsServer,
): Server | TlsServer => {
  const server = serverOf(handler)
  // Slow headers and thousands of idle connections must not starve honest nodes.
  server.headersTimeout = seconds(10)
  server.requestTimeout = seconds(20)
  server.keepAliveTimeout = minutes(1)
  server.maxHeadersCount = 64
  server.maxConnections = 10_000
  return server
}

let requests = 0
const newRequestId = (): string => `r${(++requests).toString(36)}`

const MESSAGES = {
  ERR_BODY_TOO_LARGE: 'the request body is too large',
  ERR_BODY_INVALID: 'the request body is not JSON',
  ERR_ROUTE_UNKNOWN: 'there is no such endpoint on this listener',
} as const

/** Fastify's own refusals by our codes. */
const FASTIFY_CODES: Readonly<Record<string, keyof typeof MESSAGES>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'ERR_BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'ERR_BODY_INVALID',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'ERR_BODY_INVALID',
  FST_ERR_CTP_INVALID_JSON_BODY: 'ERR_BODY_INVALID',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'ERR_BODY_INVALID',
  FST_ERR_BAD_URL: 'ERR_ROUTE_UNKNOWN',
}

const errorOf = (error: unknown): unknown => {
  if (isEasycertsError(error) || !(error instanceof Error)) return error
  const { code = '', statusCode } = error as Error & { code?: string; statusCode?: number }
  const ours = FASTIFY_CODES[code] ?? (statusCode === 400 ? 'ERR_BODY_INVALID' : undefined)
  return ours === undefined ? error : new EasycertsError(ours, MESSAGES[ours])
}
