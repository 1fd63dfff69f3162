import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  requireCurrent,
  tellServiceAccountKey,
  trustAfter,
  withOrigin,
} from '../authority/index.ts'
import { registerRoute } from './register-route.ts'
import { originOf } from './request-origin.ts'
import { nodeRequesterOf } from './requester.ts'

/** For nodes with a current identity. */
export const registerNodeTrustRoutes = (server: FastifyInstance, authority: Authority): void => {
  registerRoute(server, 'trust', async ({ request, query }) => {
    requireCurrent(await nodeRequesterOf(authority, request))
    return trustAfter(authority, Number(query.after))
  })
  registerRoute(server, 'serviceAccountKey', async ({ request, body }) => {
    const here = withOrigin(authority, originOf(request))
    const requester = await nodeRequesterOf(here, request)
    return tellServiceAccountKey(here, requester, body.publicKey)
  })
}

export const registerOperatorTrustRoutes = (server: FastifyInstance, authority: Authority): void =>
  registerRoute(server, 'trustChain', ({ query }) => trustAfter(authority, Number(query.after)))
