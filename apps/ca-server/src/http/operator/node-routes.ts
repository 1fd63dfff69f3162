import { formatCursor, parseCursor } from '@easycerts/shared/api'
import type { FastifyInstance } from 'fastify'
import type { Authority, NodeRow, Reading } from '../../authority/index.ts'
import { registerRoute } from '../register-route.ts'

/** A node as every list and answer shows it. */
export const nodeSummaryOf = async (
  reading: Pick<Reading, 'findIdentityOfNode'>,
  node: NodeRow,
) => ({
  ...node,
  hosts: node.hosts.map(({ value }) => value),
  identityNotAfter: (await reading.findIdentityOfNode(node.name, 'current'))?.notAfter ?? null,
})

export const registerNodeListRoutes = (
  server: FastifyInstance,
  { store }: Pick<Authority, 'store'>,
): void =>
  registerRoute(server, 'nodeList', async ({ query }) =>
    store.read(async (reading) => {
      const { limit, after, prefix, ...filter } = query
      const [from] = after === undefined ? [] : parseCursor(after, ['string'])
      const { rows, next } = await reading.pageOfNodes(
        { ...filter, namePrefix: prefix },
        Number(limit),
        from === undefined ? undefined : String(from),
      )
      return {
        nodes: await Promise.all(rows.map((row) => nodeSummaryOf(reading, row))),
        next: next === undefined ? null : formatCursor([next]),
      }
    }),
  )
