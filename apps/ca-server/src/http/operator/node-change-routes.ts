import { nextOfFullPage, parseCursor } from '@easycerts/shared/api'
import type { FastifyInstance } from 'fastify'
import {
  approveNodeChange,
  type Authority,
  type HostsDecision,
  type NodeChangeRow,
  type Reading,
  rejectNodeChange,
  setNodeHosts,
  withOrigin,
} from '../../authority/index.ts'
import { operatorOf } from '../operator-caller.ts'
import { registerRoute } from '../register-route.ts'
import { originOf } from '../request-origin.ts'
import { changeReplyOf, valuesOf } from './node-standing-reply.ts'

const replyOf = ({ node, before, after, affected }: HostsDecision) => ({
  node,
  before: valuesOf(before),
  after: valuesOf(after),
  affected: affected.map(({ profile, issuerId, serialNumber, notAfter }) => ({
    profile,
    issuer: issuerId,
    serialNumber,
    notAfter,
  })),
})

const summaryOf = async (
  reading: Pick<Reading, 'findNode'>,
  { node: name, pending, pendingSince }: NodeChangeRow,
) => {
  const node = await reading.findNode(name)
  if (!node || !pending || pendingSince === null) return []
  const { role, hosts } = node
  return [{ node: name, role, hosts: valuesOf(hosts), ...changeReplyOf(pending, pendingSince) }]
}

/** What nodes ask for, and what operators make of it. */
export const registerNodeChangeRoutes = (server: FastifyInstance, authority: Authority): void => {
  registerRoute(server, 'nodeChangeList', ({ query }) =>
    authority.store.read(async (reading) => {
      const limit = Number(query.limit)
      const [after] = query.after === undefined ? [] : parseCursor(query.after, ['string'])
      const rows = await reading.listPendingChanges(
        limit,
        after === undefined ? undefined : String(after),
      )
      const changes = await Promise.all(rows.map((row) => summaryOf(reading, row)))
      return { changes: changes.flat(), next: nextOfFullPage(rows, limit, ({ node }) => [node]) }
    }),
  )
  registerRoute(server, 'nodeApprove', async ({ params, body, request }) =>
    replyOf(
      await approveNodeChange(withOrigin(authority, originOf(request)), operatorOf(request), {
        node: params['name'] ?? '',
        change: body.change,
        hosts: body.hosts,
      }),
    ),
  )
  registerRoute(server, 'nodeHosts', async ({ params, body: { hosts }, request }) =>
    replyOf(
      await setNodeHosts(withOrigin(authority, originOf(request)), operatorOf(request), {
        node: params['name'] ?? '',
        hosts,
      }),
    ),
  )
  registerRoute(server, 'nodeReject', async ({ params, body: { change }, request }) => {
    const { node, pending, since } = await rejectNodeChange(
      withOrigin(authority, originOf(request)),
      operatorOf(request),
      { node: params['name'] ?? '', change },
    )
    return { node, rejected: changeReplyOf(pending, since) }
  })
}
