import { signServerTime } from '@easycerts/shared/ticket'
import { certificatePem } from '@easycerts/shared/x509'
import type { FastifyInstance } from 'fastify'
import { type Authority, join, type KeyedMutex, nodeFactsOfTicket } from '../authority/index.ts'
import type { ServingCertificate } from '../serving/index.ts'
import { nodeReplyOf } from './node-reply.ts'
import { registerRoute } from './register-route.ts'
import { joinExporterOf } from './requester.ts'

/** What a machine without an identity may ask. */
export const registerJoinRoutes = (
  server: FastifyInstance,
  authority: Authority,
  mutex: KeyedMutex,
  serving: ServingCertificate,
): void => {
  registerRoute(server, 'time', ({ query: { nonce } }) =>
    Promise.resolve({
      nonce,
      ...signServerTime(serving.current().signingKey, nonce, authority.clock()),
    }),
  )
  registerRoute(server, 'join', async ({ body, request }) => {
    const { ticket, certificate } = await join(authority, mutex, {
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
  })
}
