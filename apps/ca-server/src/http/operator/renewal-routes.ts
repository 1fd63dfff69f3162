import type { RouteReply } from '@easycerts/shared/api'
import type { RenewalFilter } from '@easycerts/shared/renewal'
import { parseDuration } from '@easycerts/shared/time'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  cancelRenewal,
  listRenewals,
  orderRenewal,
  type RenewalProgress,
  stateOfRenewal,
  withOrigin,
} from '../../authority/index.ts'
import { operatorNameOf } from '../operator-caller.ts'
import { registerRoute } from '../register-route.ts'
import { originOf } from '../request-origin.ts'

const MAX_ORDERS = 50
/** Enough to go and look; the whole of a fleet would fill the screen. */
const MAX_REMAINING = 20

export const registerRenewalRoutes = (server: FastifyInstance, authority: Authority): void => {
  const summary = (progress: RenewalProgress): RouteReply<'renewalOrder'> => {
    const { order, concerned } = progress
    const remaining = concerned.filter(({ isReplaced }) => !isReplaced)
    return {
      ...order,
      state: stateOfRenewal(progress, authority.clock()),
      concerned: concerned.length,
      replaced: concerned.length - remaining.length,
      remaining: remaining.slice(0, MAX_REMAINING).map(({ node, profile }) => ({ node, profile })),
    }
  }
  registerRoute(server, 'renewalOrder', async ({ body: { filter, by, reason }, request }) => {
    const wish = { filter: filter as RenewalFilter, within: parseDuration(by), reason }
    return summary(
      await orderRenewal(withOrigin(authority, originOf(request)), operatorNameOf(request), wish),
    )
  })
  registerRoute(server, 'renewalOrderList', async () => ({
    orders: (await listRenewals(authority, MAX_ORDERS)).map(summary),
  }))
  registerRoute(server, 'renewalOrderCancel', async ({ params, request }) =>
    summary(
      await cancelRenewal(
        withOrigin(authority, originOf(request)),
        operatorNameOf(request),
        params['id'] ?? '',
      ),
    ),
  )
}
