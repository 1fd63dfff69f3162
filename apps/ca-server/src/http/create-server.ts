import type { RequestListener, Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import { MAX_BODY_OCTETS } from '@easycerts/shared/api'
import { minutes, seconds } from '@easycerts/shared/time'
import { fastify, type FastifyInstance, LogController } from 'fastify'
import { drainAtClose } from './drain.ts'
import { refuse } from './error-reply.ts'
import { answerUnknownRoutes } from './known-methods.ts'
import { limitConnections, limitPipelining } from './limits/index.ts'
import { answerParserError } from './parser-error-reply.ts'
import type { ServerRules } from './server-rules.ts'

type ServerOf = (handler: RequestListener) => Server | TlsServer

/** Beyond it the answer is 503; the work itself goes on to its end, for it may have signed already. */
const HANDLER_DEADLINE = seconds(25)

// A name of DNS is the longest part of a path.
const MAX_PATH_PART = 253

/**
 * Fastify with our bounds, our errors, our limits and our log, around a server that has been made
 * already: the one place for the rules of every listener.
 */
export const createServer = (rules: ServerRules, serverOf: ServerOf): FastifyInstance => {
  const server = fastify({
    loggerInstance: rules.log,
    serverFactory: (handler) => wrap(handler, serverOf) as Server,
    bodyLimit: MAX_BODY_OCTETS,
    handlerTimeout: HANDLER_DEADLINE,
    routerOptions: { maxParamLength: MAX_PATH_PART },
    forceCloseConnections: true,
    // Our own drain answers with a problem.
    return503OnClosing: false,
    genReqId: newRequestId,
    // What fails before a route is found, such as a path that cannot be decoded.
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply),
    clientErrorHandler: answerParserError,
    logController: new LogController({ disableRequestLogging: true }),
  }) as unknown as FastifyInstance
  // Only what a route asks for is parsed; anything else is an unsupported media type.
  server.removeContentTypeParser('text/plain')
  drainAtClose(server)
  limitConnections(server.server, rules.limits.connectionsPerAddress, () =>
    rules.observer.onConnectionRefused(rules.name),
  )
  observe(server, rules)
  server.setErrorHandler(async (error, request, reply) => {
    await refuse(await rules.limits.judgeFailure(request, error), request, reply)
  })
  answerUnknownRoutes(server)
  return server
}

const observe = (server: FastifyInstance, { name, limits, observer }: ServerRules): void => {
  server.addHook('onRequest', async (request, reply) => {
    // A route of files that may be cached says so itself.
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    await limits.admit(request)
  })
  server.addHook('onResponse', (request, reply, done) => {
    observer.onServed({
      listener: name,
      route: request.routeOptions.url ?? 'none',
      method: request.method,
      status: reply.statusCode,
      seconds: reply.elapsedTime / seconds(1),
    })
    done()
  })
}

const wrap = (handler: RequestListener, serverOf: ServerOf): Server | TlsServer => {
  const server = serverOf(limitPipelining(handler))
  // Slow headers and thousands of idle connections must not starve honest nodes.
  server.headersTimeout = seconds(10)
  server.requestTimeout = seconds(20)
  server.keepAliveTimeout = minutes(1)
  // Nor must whoever reads nothing of its answer.
  server.timeout = minutes(1)
  server.maxHeadersCount = 64
  server.maxConnections = 10_000
  return server
}

let requests = 0
const newRequestId = (): string => `r${(++requests).toString(36)}`
