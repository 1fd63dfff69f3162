import type { RouteReply } from '@easycerts/shared/api'
import type { FastifyInstance } from 'fastify'
import { type Authority, countReports } from '../../authority/index.ts'
import type { HealthReport } from '../../health/index.ts'
import { registerRoute } from '../register-route.ts'

/** How the server is, for `ca-server status`. */
export type LookAtHealth = () => Promise<HealthReport>

export const registerHealthRoutes = (
  server: FastifyInstance,
  authority: Authority,
  health: LookAtHealth,
): void => {
  const startedAt = authority.clock().toISOString()
  registerRoute(server, 'health', () => Promise.resolve({ status: 'ok' }))
  registerRoute(server, 'status', async () => {
    const { isReady, checks } = await health()
    const time = authority.clock().toISOString()
    const counts = await authority.store.read((reading) => reading.countRecords(time))
    const reply: RouteReply<'status'> = {
      status: isReady ? 'ready' : 'not-ready',
      cluster: authority.cluster.name,
      startedAt,
      time,
      checks: checks.map(({ isOk, ...check }) => ({ ...check, status: isOk ? 'ok' : 'failed' })),
      ...counts,
      reports: await countReports(authority),
    }
    return reply
  })
}
