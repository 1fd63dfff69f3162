import { nextOfFullPage, parseCursor } from '@easycerts/shared/api'
import type { FastifyInstance } from 'fastify'
import type { Authority } from '../../authority/index.ts'
import { registerRoute } from '../register-route.ts'

export const registerNodeListRoutes = (
  server: FastifyInstance,
  { store }: Pick<Authority, 'store'>,
): void =>
  registerRoute(server, 'nodeList', async ({ query }) =>
    store.read(async (reading) => {
      const limit = Number(query.limit)
      const [after] = query.after === undefined ? [] : parseCursor(query.after, ['string'])
      const rows = await reading.listNodes(limit, after === undefined ? undefined : String(after))
      const identities = await Promise.all(
        rows.map(({ name }) => reading.findIdentityOfNode(name, 'current')),
      )
      return {
        nodes: rows.map((row, index) => ({
          ...row,
          hosts: row.hosts.map(({ value }) => value),
          identityNotAfter: identities[index]?.notAfter ?? null,
        })),
        next: nextOfFullPage(rows, limit, ({ name }) => [name]),
      }
    }),
  )
