import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as v from 'valibot'
import type { HealthReport } from '../health/index.ts'
import { parseRequest } from './parse-request.ts'

/** What the monitoring listener shows; none of it is a secret, and none of it can be changed. */
export interface Monitoring {
  readonly health: () => Promise<HealthReport>
  readonly readiness: () => Promise<HealthReport>
  readonly metrics: () => Promise<string>
  readonly metricsType: string
}

const query = v.strictObject({ verbose: v.optional(v.picklist(['', '1', 'true'])) })
const ROUTE = { listener: 'operator', method: 'GET', path: '', query, reply: v.unknown() } as const

/** `/metrics`, `/healthz` and `/readyz`, over plain HTTP. */
export const registerMonitoringRoutes = (server: FastifyInstance, monitoring: Monitoring): void => {
  server.get('/metrics', async (request, reply) => {
    parseRequest({ ...ROUTE, query: v.strictObject({}) }, request)
    return reply.type(monitoring.metricsType).send(await monitoring.metrics())
  })
  server.get('/healthz', async (request, reply) =>
    tell(request, reply, await monitoring.health(), 500),
  )
  server.get('/readyz', async (request, reply) =>
    tell(request, reply, await monitoring.readiness(), 503),
  )
}

/**
 * Text like that of kube-apiserver, or JSON for who accepts it. What failed is always told; all
 * checks with `?verbose`.
 */
const tell = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { isReady, checks }: HealthReport,
  failure: number,
): Promise<FastifyReply> => {
  const parsed = parseRequest(ROUTE, request).query as v.InferOutput<typeof query>
  const shown = checks.filter(({ isOk }) => parsed.verbose !== undefined || !isOk)
  void reply.status(isReady ? 200 : failure)
  if (request.headers.accept?.includes('application/json') === true)
    return reply.send({
      status: isReady ? 'ok' : 'failed',
      checks: shown.map(({ name, level, isOk, detail }) => ({
        name,
        level,
        status: isOk ? 'ok' : 'failed',
        detail,
      })),
    })
  const lines = shown.map(
    ({ name, isOk, level, detail }) =>
      `[${isOk ? '+' : '-'}]${name} ${isOk ? 'ok' : `failed (${level})`}: ${detail}`,
  )
  return reply
    .type('text/plain; charset=utf-8')
    .send([...lines, isReady ? 'ok' : 'failed', ''].join('\n'))
}
