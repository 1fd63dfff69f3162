import type { FastifyInstance } from 'fastify'
import type { Authority } from '../../authority/index.ts'
import { registerRoute } from '../register-route.ts'

export const registerLogRoutes = (
  server: FastifyInstance,
  { store }: Pick<Authority, 'store'>,
): void =>
  registerRoute(server, 'log', async ({ query }) => ({
    entries: await store.read((reading) => reading.listLog(Number(query.limit))),
  }))
