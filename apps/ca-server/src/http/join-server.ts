import { signServerTime } from '@easycerts/shared/ticket'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { certificatePem } from '@easycerts/shared/x509'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  join,
  type KeyedMutex,
  newestTrust,
  withOrigin,
} from '../authority/index.ts'
import type { ServingCertificate } from '../serving/index.ts'
import type { RequestLimits } from './limits/index.ts'
import { withReceipt } from './log-receipts.ts'
import { nodeReplyOf } from './node-reply.ts'
import { answerPlan } from './plan-reply.ts'
import { type Call, registerRoute } from './register-route.ts'
import { originOf } from './request-origin.ts'
import { joinExporterOf, planExporterOf } from './requester.ts'

export interface JoinDesk {
  readonly serving: ServingCertificate
  readonly limits: Pick<RequestLimits, 'admitTicket'>
}

/** What a machine without an identity may ask. */
export const registerJoinRoutes = (
  server: FastifyInstance,
  authority: Authority,
  mutex: KeyedMutex,
  { serving, limits }: JoinDesk,
): void => {
  registerRoute(server, 'time', ({ query: { nonce } }) =>
    Promise.resolve({
      nonce,
      ...signServerTime(serving.current().signingKey, nonce, authority.clock()),
    }),
  )
  const answer = async ({ body, request }: Call<'join'>) => {
    const here = withOrigin(authority, originOf(request))
    const { node, certificate } = await join(here, mutex, {
      ticketId: body.ticket,
      csr: body.csr,
      signature: Buffer.from(body.signature, 'base64url'),
      exporter: joinExporterOf(request),
      node: body.node,
      hostname: body.hostname,
      onProven: ({ id }, name) => limits.admitTicket(request, id, name),
    })
    return {
      ...nodeReplyOf(authority, node),
      certificate: certificatePem(certificate),
      trust: await newestTrust(here),
    }
  }
  registerRoute(server, 'joinPlan', ({ body, request }) => {
    const here = withOrigin(authority, originOf(request))
    return answerPlan(here, {
      ticketId: body.ticket,
      signature: Buffer.from(body.signature, 'base64url'),
      exporter: planExporterOf(request),
      key: body.key as PublicKeyPin | undefined,
      node: body.node,
      hostname: body.hostname,
      onProven: ({ id }, name) => limits.admitTicket(request, id, name),
    })
  })
  const addReceipt = withReceipt(authority, () => 'joining machine')
  registerRoute(server, 'join', answer, async (kept, request) => {
    const { log, ...rest } = await addReceipt(kept, request)
    return { ...rest, log: { ...log, publicKey: authority.log.publicKey.toString('base64url') } }
  })
}
