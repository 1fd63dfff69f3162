import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  clusterStepsFor,
  describeNode,
  describeNodeReport,
  getNode,
  quarantineNode,
  recoverNode,
  removeNode,
  revokeCertificates,
  withOrigin,
} from '../../authority/index.ts'
import { operatorNameOf, operatorOf } from '../operator-caller.ts'
import { type Call, registerRoute } from '../register-route.ts'
import { originOf } from '../request-origin.ts'
import { nodeSummaryOf } from './node-routes.ts'
import { standingReplyOf } from './node-standing-reply.ts'
import { replyOfRevocation, type RevocationDesk } from './revocation-routes.ts'
import { replyOfGrant, ticketSummaryOf } from './ticket-routes.ts'

/** What operators see of one node, and how they end and give back its access. */
export const registerNodeStateRoutes = (
  server: FastifyInstance,
  authority: Authority,
  desk: RevocationDesk,
): void => {
  registerRoute(server, 'nodeShow', ({ params }) => show(authority, params['name'] ?? ''))
  registerRoute(server, 'nodeQuarantine', (call) => quarantine(authority, desk, call))
  registerRoute(server, 'nodeRecover', async ({ params, body, request, keepAnswer }) => {
    const here = withOrigin(authority, originOf(request))
    const wish = {
      operator: operatorOf(request),
      node: params['name'] ?? '',
      ttl: body.ttl,
      publicKey: Buffer.from(body.publicKey, 'base64url'),
    }
    return replyOfGrant(
      await recoverNode(here, wish, (writing, grant) => keepAnswer(writing, replyOfGrant(grant))),
    )
  })
  registerRoute(server, 'nodeRemove', async ({ params, body, request }) => {
    const here = withOrigin(authority, originOf(request))
    const wish = { ...body, operator: operatorOf(request), node: params['name'] ?? '' }
    const revocation = replyOfRevocation(here, desk, await removeNode(here, desk, wish))
    const node = await summaryOf(authority, wish.node)
    return { node, revocation, steps: clusterStepsFor({ ...node, isLost: true }) }
  })
}

const summaryOf = ({ store }: Authority, name: string) =>
  store.read(async (reading) => nodeSummaryOf(reading, await getNode(reading, name)))

const show = async (authority: Authority, name: string) => {
  const { node, identities, certificates, tickets, events } = await describeNode(authority, name)
  return {
    ...(await summaryOf(authority, name)),
    identities: [...identities],
    certificates: certificates.map((row) => ({
      ...row,
      issuer: row.issuerId,
      state: row.standing,
    })),
    tickets: tickets.map((ticket) => ticketSummaryOf(authority, ticket)),
    events: [...events],
    ...standingReplyOf(await describeNodeReport(authority, node.name)),
  }
}

/** First the quarantine, durably: a revocation that fails leaves the node without access. */
const quarantine = async (
  authority: Authority,
  desk: RevocationDesk,
  { params, body: { reason, revoke }, request }: Call<'nodeQuarantine'>,
) => {
  const here = withOrigin(authority, originOf(request))
  const operator = operatorOf(request)
  const outcome = await quarantineNode(here, { operator, node: params['name'] ?? '', reason })
  const { name } = outcome.node
  const revocation =
    revoke === undefined
      ? null
      : replyOfRevocation(
          here,
          desk,
          await revokeCertificates(here, desk, {
            target: { kind: 'node', node: name },
            reason: revoke,
            actor: `operator ${operatorNameOf(request)}`,
            operator,
          }),
        )
  return {
    ...outcome,
    node: await summaryOf(authority, name),
    tickets: [...outcome.tickets],
    runsUntil: revoke === undefined ? outcome.runsUntil : null,
    revocation,
    steps: clusterStepsFor({ ...outcome.node, isLost: true }),
  }
}
