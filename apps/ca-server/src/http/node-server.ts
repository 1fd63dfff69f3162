import type { Certificate } from '@easycerts/shared/x509'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  confirmIdentity,
  deliveredPem,
  issueNodeCertificate,
  type KeyedMutex,
  renewIdentity,
  withOrigin,
} from '../authority/index.ts'
import { admitIssuance, type NodeLimits } from './admit-issuance.ts'
import { certificateReplyOf } from './certificate-reply.ts'
import { registerNodeLogRoutes } from './log-proof-routes.ts'
import { logClaimOf, withReceipt } from './log-receipts.ts'
import { registerNodeReport } from './node-report-routes.ts'
import { nodeReplyOf } from './node-reply.ts'
import { peerFingerprintOf } from './peer-fingerprint.ts'
import { registerAdoption } from './reconcile-routes.ts'
import { type Call, registerRoute } from './register-route.ts'
import { registerRenewalInformation } from './renewal-routes.ts'
import { registerRestartLeases } from './restart-lease-routes.ts'
import { originOf } from './request-origin.ts'
import { nodeRequesterOf } from './requester.ts'
import { registerNodeTrustRoutes } from './trust-routes.ts'

const registerIssuance = (
  server: FastifyInstance,
  authority: Authority,
  mutex: KeyedMutex,
  limits: NodeLimits,
): void => {
  const complete = withReceipt(
    authority,
    (request) => `identity ${peerFingerprintOf(request) ?? 'unknown'}`,
  )
  const issue = async ({ body, request, keepAnswer }: Call<'certificate'>) => {
    const here = withOrigin(authority, originOf(request))
    const requester = await nodeRequesterOf(here, request)
    admitIssuance(here, limits, requester, body.profile)
    const replyOf = (certificate: Certificate) =>
      certificateReplyOf(certificate, deliveredPem(certificate, here.issuers))
    return replyOf(
      await issueNodeCertificate(here, requester, {
        ...body,
        withRecord: (writing, certificate) => keepAnswer(writing, replyOf(certificate)),
      }),
    )
  }
  registerRoute(server, 'certificate', issue, complete)
  const renew = async ({ body, request }: Call<'identityRenew'>) => {
    const here = withOrigin(authority, originOf(request))
    const requester = await nodeRequesterOf(here, request)
    admitIssuance(here, limits, requester, 'node-identity')
    return certificateReplyOf(await renewIdentity(here, mutex, requester, body.csr))
  }
  registerRoute(server, 'identityRenew', renew, complete)
}

/** What a node may ask with its identity, for itself alone. */
export const registerNodeRoutes = (
  server: FastifyInstance,
  authority: Authority,
  mutex: KeyedMutex,
  limits: NodeLimits,
): void => {
  registerRoute(server, 'node', async ({ request }) => {
    const { node } = await nodeRequesterOf(authority, request)
    const log = await logClaimOf(authority, request, `node ${node.name}`)
    return { ...nodeReplyOf(authority, node), log }
  })
  registerIssuance(server, authority, mutex, limits)
  registerRoute(server, 'identityConfirm', async ({ request }) => {
    const here = withOrigin(authority, originOf(request))
    await confirmIdentity(here, await nodeRequesterOf(here, request))
    return { confirmed: true }
  })
  registerAdoption(server, authority, mutex)
  registerNodeLogRoutes(server, authority)
  registerNodeTrustRoutes(server, authority)
  registerRenewalInformation(server, authority)
  registerNodeReport(server, authority)
  registerRestartLeases(server, authority)
}
