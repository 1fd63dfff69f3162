import type { Socket } from 'node:net'
import { EasycertsError } from '@easycerts/shared/errors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  type Authority,
  type KeyedMutex,
  returnAfterAbsence,
  withOrigin,
} from '../authority/index.ts'
import { certificateReplyOf } from './certificate-reply.ts'
import { withReceipt } from './log-receipts.ts'
import { type Call, registerRoute } from './register-route.ts'
import { originOf } from './request-origin.ts'
import { joinExporterOf } from './requester.ts'

const NONCE_OCTETS = 24

/**
 * One for each connection at most: it ends with its connection, so no number of askers fills the
 * memory, and a proof that was made with it is worth nothing on another.
 */
const nonces = new WeakMap<Socket, string>()

const takeNonce = ({ raw: { socket } }: FastifyRequest): string => {
  const nonce = nonces.get(socket)
  nonces.delete(socket)
  if (nonce === undefined)
    throw new EasycertsError(
      'ERR_RETURN_PROOF_INVALID',
      'no nonce was given out on this connection, or it was used already',
    )
  return nonce
}

/** How a node comes back whose identity has expired. */
export const registerReturnRoutes = (
  server: FastifyInstance,
  authority: Authority,
  mutex: KeyedMutex,
): void => {
  registerRoute(server, 'returnNonce', ({ request }) => {
    const nonce = authority.random(NONCE_OCTETS).toString('base64url')
    nonces.set(request.raw.socket, nonce)
    return Promise.resolve({ nonce })
  })
  const answer = async ({ body, request }: Call<'identityReturn'>) => {
    const here = withOrigin(authority, originOf(request))
    const certificate = await returnAfterAbsence(here, mutex, {
      identity: body.identity,
      csr: body.csr,
      signature: Buffer.from(body.signature, 'base64url'),
      nonce: takeNonce(request),
      exporter: joinExporterOf(request),
    })
    return certificateReplyOf(certificate)
  }
  const addReceipt = withReceipt(authority, () => 'returning node')
  registerRoute(server, 'identityReturn', answer, async (kept, request) => {
    const { log, ...rest } = await addReceipt(kept, request)
    return { ...rest, log: { ...log, publicKey: authority.log.publicKey.toString('base64url') } }
  })
}
