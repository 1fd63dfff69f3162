import { minutes, seconds } from '@easycerts/shared/time'
import type { FastifyInstance } from 'fastify'
import { type Authority, suggestRenewals } from '../authority/index.ts'
import { registerRoute } from './register-route.ts'
import { nodeRequesterOf } from './requester.ts'

/** How soon an order reaches every node. */
const RETRY_AFTER = minutes(10) / seconds(1)

/** When a node should renew its own certificates. */
export const registerRenewalInformation = (server: FastifyInstance, authority: Authority): void =>
  registerRoute(server, 'renewalInformation', async ({ query, request }) => {
    const { node } = await nodeRequesterOf(authority, request)
    const suggestions = await suggestRenewals(authority, node, query.certificates.split(','))
    return {
      suggestions: [...suggestions].map(([certificate, { start, end, reason, namesChanged }]) => ({
        certificate,
        start: start.toISOString(),
        end: end.toISOString(),
        ...(reason === undefined ? {} : { reason }),
        ...(namesChanged ? { namesChanged } : {}),
      })),
      retryAfter: RETRY_AFTER,
    }
  })
