import type { RouteReply } from '@easycerts/shared/api'
import type { LeaseDecision } from '@easycerts/shared/restart-lease'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  type Member,
  membersOfComponent,
  releaseRestartLease,
  takeRestartLease,
  withOrigin,
} from '../authority/index.ts'
import { registerRoute } from './register-route.ts'
import { originOf } from './request-origin.ts'
import { nodeRequesterOf } from './requester.ts'

/** Leases of a node, for itself alone. */
export const registerRestartLeases = (server: FastifyInstance, authority: Authority): void => {
  registerRoute(server, 'leaseTake', async ({ body: { component, lease: id }, request }) => {
    const here = withOrigin(authority, originOf(request))
    const requester = await nodeRequesterOf(here, request)
    const decision = await takeRestartLease(here, requester, { component, id })
    const members = await membersOfComponent(here, component, requester.node.name)
    return replyOf(decision, { time: here.clock().toISOString(), members })
  })
  registerRoute(server, 'leaseRelease', async ({ body: { component, lease: id }, request }) => {
    const here = withOrigin(authority, originOf(request))
    const requester = await nodeRequesterOf(here, request)
    return { was: await releaseRestartLease(here, requester, { component, id }) }
  })
}

const replyOf = (
  decision: LeaseDecision,
  more: { readonly time: string; readonly members: Member[] },
): RouteReply<'leaseTake'> => {
  switch (decision.kind) {
    case 'granted':
      return { state: 'granted', expiresAt: decision.lease.expiresAt.toISOString(), ...more }
    case 'ended':
      return { state: 'ended', how: decision.how, ...more }
    case 'refused': {
      const holders = decision.holders.map(({ component, node, expiresAt }) => ({
        component,
        node,
        expiresAt: expiresAt.toISOString(),
      }))
      return { state: 'refused', reason: decision.reason, holders, ...more }
    }
  }
}
