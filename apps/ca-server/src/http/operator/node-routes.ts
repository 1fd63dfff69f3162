import type { FastifyInstance } from 'fastify'
import type { Authority } from '../../authority/index.ts'
import { registerRoute } from '../register-route.ts'

export const registerNodeListRoutes = (
  server: FastifyInstance,
  { store }: Pick<Authority, 'store'>,
): void =>
  registerRoute(server, 'nodeList', async ({ query }) =>
    store.read(async (reading) => {
      const rows = await reading.listNodes(Number(query.limit))
      const identities = await Promise.all(
        rows.map(({ name }) => reading.findIdentityOfNode(name, 'current')),
      )
      return {
        nodes: rows.map((row, index) => ({
          ...row,
          hosts: row.hosts.map(({ value }) => value),
          identityNotAfter: identities[index]?.notAfter ?? null,
        })),
      }
    }),
  )
