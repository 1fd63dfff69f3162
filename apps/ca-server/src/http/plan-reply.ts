import type { RouteReply } from '@easycerts/shared/api'
import { seconds } from '@easycerts/shared/time'
import { type Authority, planJoin, type PlanWish } from '../authority/index.ts'
import { nodeReplyOf } from './node-reply.ts'

/** What a ticket would give, for who holds it. */
export const answerPlan = async (
  authority: Authority,
  wish: PlanWish,
): Promise<RouteReply<'joinPlan'>> => {
  const { ticket, isBound, replacesNode, node, certificates } = await planJoin(authority, wish)
  return {
    ...nodeReplyOf(authority, node),
    ticket: { state: isBound ? 'bound' : 'open', expiresAt: ticket.expiresAt, replacesNode },
    certificates: certificates.map(({ life, names, ...rest }) => ({
      ...rest,
      names: [...names],
      life: life / seconds(1),
    })),
  }
}
