import type { FastifyInstance } from 'fastify'
import { type Authority, membersBeside, receiveReport, withOrigin } from '../authority/index.ts'
import { registerRoute } from './register-route.ts'
import { originOf } from './request-origin.ts'
import { nodeRequesterOf } from './requester.ts'

/** What a node tells of itself; who it is, the connection says. */
export const registerNodeReport = (server: FastifyInstance, authority: Authority): void =>
  registerRoute(server, 'nodeReport', async ({ body, request }) => {
    const here = withOrigin(authority, originOf(request))
    const requester = await nodeRequesterOf(here, request)
    const change = await receiveReport(here, requester, body)
    const members = await membersBeside(here, requester.node)
    return { change, ...(members ? { members } : {}) }
  })
