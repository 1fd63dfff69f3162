import { signServerTime } from '@easycerts/shared/ticket'
import { certificatePem } from '@easycerts/shared/x509'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  join,
  type KeyedMutex,
  nodeFactsOfTicket,
  withOrigin,
} from '../authority/index.ts'
import type { ServingCertificate } from '../serving/index.ts'
import type { RequestLimits } from './limits/index.ts'
import { withReceipt } from './log-receipts.ts'
import { nodeReplyOf } from './node-reply.ts'
import { type Call, registerRoute } from './register-route.ts'
import { originOf } from './request-origin.ts'
import { joinExporterOf } from './requester.ts'

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
    await limits.admitTicket(request, body.ticket)
    const here = withOrigin(authority, originOf(request))
    const { ticket, certificate } = await join(here, mutex, {
      ticketId: body.ticket,
      csr: body.csr,
      signature: Buffer.from(body.signature, 'base64url'),
      exporter: joinExporterOf(request),
      node: body.node,
    })
    return {
      ...nodeReplyOf(authority, nodeFactsOfTicket(ticket)),
      certificate: certificatePem(certificate),
    }
  }
  const addReceipt = withReceipt(authority, () => 'joining machine')
  registerRoute(server, 'join', answer, async (kept, request) => {
    const { log, ...rest } = await addReceipt(kept, request)
    return { ...rest, log: { ...log, publicKey: authority.log.publicKey.toString('base64url') } }
  })
}
