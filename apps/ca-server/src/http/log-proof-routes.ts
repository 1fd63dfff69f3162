import type { RouteReply } from '@easycerts/shared/api'
import { textsOfHashes } from '@easycerts/shared/issuance-log'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  type Authority,
  proveConsistency,
  proveInclusion,
  requireCurrent,
} from '../authority/index.ts'
import { registerRoute } from './register-route.ts'
import { nodeRequesterOf } from './requester.ts'

/** What anybody may know of the log: its head, and that it only grows. */
const answersOf = ({ store, log }: Authority) => ({
  head: async (): Promise<RouteReply<'logHead'>> => ({
    head: log.headOf(await store.read((reading) => reading.logTree())).text,
    publicKey: log.publicKey.toString('base64url'),
  }),
  consistency: async ({ from, to }: { from: string; to: string }) => ({
    hashes: textsOfHashes(
      await store.read((reading) => proveConsistency(reading, Number(from), Number(to))),
    ),
  }),
  inclusion: async ({ index, size }: { index: string; size: string }) => ({
    hashes: textsOfHashes(
      await store.read((reading) => proveInclusion(reading, Number(index), Number(size))),
    ),
  }),
})

/** For nodes with a current identity. */
export const registerNodeLogRoutes = (server: FastifyInstance, authority: Authority): void => {
  const { head, consistency, inclusion } = answersOf(authority)
  const admit = async (request: FastifyRequest): Promise<void> =>
    requireCurrent(await nodeRequesterOf(authority, request))
  registerRoute(server, 'nodeLogHead', async ({ request }) => {
    await admit(request)
    return head()
  })
  registerRoute(server, 'nodeLogConsistency', async ({ request, query }) => {
    await admit(request)
    return consistency(query)
  })
  registerRoute(server, 'nodeLogInclusion', async ({ request, query }) => {
    await admit(request)
    return inclusion(query)
  })
}

export const registerOperatorLogProofs = (server: FastifyInstance, authority: Authority): void => {
  const { head, consistency, inclusion } = answersOf(authority)
  registerRoute(server, 'logHead', head)
  registerRoute(server, 'logConsistency', ({ query }) => consistency(query))
  registerRoute(server, 'logInclusion', ({ query }) => inclusion(query))
}
