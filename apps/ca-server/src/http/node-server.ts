import { certificatePem } from '@easycerts/shared/x509'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  confirmIdentity,
  issueNodeCertificate,
  type KeyedMutex,
  renewIdentity,
} from '../authority/index.ts'
import { nodeReplyOf } from './node-reply.ts'
import { registerRoute } from './register-route.ts'
import { nodeRequesterOf } from './requester.ts'

/** What a node may ask with its identity, for itself alone. */
export const registerNodeRoutes = (
  server: FastifyInstance,
  authority: Authority,
  mutex: KeyedMutex,
): void => {
  registerRoute(server, 'node', async ({ request }) => {
    const { node } = await nodeRequesterOf(authority, request)
    return nodeReplyOf(authority, node)
  })
  registerRoute(server, 'certificate', async ({ body, request }) => {
    const requester = await nodeRequesterOf(authority, request)
    const certificate = await issueNodeCertificate(authority, requester, body.profile, body.csr)
    return { certificate: certificatePem(certificate) }
  })
  registerRoute(server, 'identityRenew', async ({ body, request }) => {
    const requester = await nodeRequesterOf(authority, request)
    return {
      certificate: certificatePem(await renewIdentity(authority, mutex, requester, body.csr)),
    }
  })
  registerRoute(server, 'identityConfirm', async ({ request }) => {
    await confirmIdentity(authority, await nodeRequesterOf(authority, request))
    return { confirmed: true }
  })
}
