import { formatCursor, parseCursor } from '@easycerts/shared/api'
import type { FastifyInstance } from 'fastify'
import type { Authority } from '../../authority/index.ts'
import { registerOperatorLogProofs } from '../log-proof-routes.ts'
import { registerRoute } from '../register-route.ts'

export const registerLogRoutes = (server: FastifyInstance, authority: Authority): void => {
  registerRoute(server, 'log', async ({ query }) => {
    const { limit, after, serial, ...filter } = query
    const [before] = after === undefined ? [] : parseCursor(after, ['number']).map(Number)
    const wish = { ...filter, limit: Number(limit), before, serialNumber: serial }
    const { entries, next } = await authority.store.read((reading) => reading.searchLog(wish))
    return { entries: [...entries], next: next === null ? null : formatCursor([next]) }
  })
  registerOperatorLogProofs(server, authority)
}
