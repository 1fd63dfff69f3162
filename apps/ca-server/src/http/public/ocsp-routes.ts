import { MAX_OCSP_REQUEST_OCTETS } from '@easycerts/shared/revocation'
import type { Clock } from '@easycerts/shared/time'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { OcspReply, OcspResponder } from '../../authority/index.ts'
import { sha256Hex } from '@easycerts/shared/encoding'
import type { RequestLimits } from '../limits/index.ts'
import { sendDocument } from './cached-document.ts'

const REQUEST_TYPE = 'application/ocsp-request'
const RESPONSE_TYPE = 'application/ocsp-response'
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
/** RFC 9919 asks clients for at most 255 octets; a nonce and a long serial number need some more. */
const MAX_GET_LENGTH = 1024

type Params = Readonly<Record<string, string>>

export interface OcspDesk {
  readonly clock: Clock
  readonly limits: Pick<RequestLimits, 'admitSigning'>
}

/** OCSP over HTTP (RFC 6960 appendix A): POST, and GET that caches can keep. */
export const registerOcspRoutes = (
  server: FastifyInstance,
  responder: OcspResponder,
  { clock, limits }: OcspDesk,
): void => {
  server.addContentTypeParser(
    REQUEST_TYPE,
    { parseAs: 'buffer', bodyLimit: MAX_OCSP_REQUEST_OCTETS },
    (_request, body, done) => done(null, body),
  )
  server.get('/ocsp/:issuer/*', async (request, reply) => {
    const { issuer = '', '*': text = '' } = request.params as Params
    const answer = await responder.answer(issuer, octetsOf(text), () =>
      limits.admitSigning(request),
    )
    return send(request, reply, answer, clock())
  })
  server.post('/ocsp/:issuer', async (request, reply) => {
    const { issuer = '' } = request.params as Params
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const answer = await responder.answer(issuer, body, () => limits.admitSigning(request))
    return send(request, reply, answer, clock())
  })
}

/** What is no base64, or too long, is no request either: the responder says so. */
const octetsOf = (text: string): Buffer =>
  text.length <= MAX_GET_LENGTH && BASE64.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0)

const send = (
  request: FastifyRequest,
  reply: FastifyReply,
  { der, caching }: OcspReply,
  now: Date,
): FastifyReply =>
  caching === undefined
    ? reply.type(RESPONSE_TYPE).send(der)
    : sendDocument(
        request,
        reply,
        {
          mediaType: RESPONSE_TYPE,
          content: der,
          tag: tagOf(der),
          lastModified: caching.thisUpdate,
          expires: caching.nextUpdate,
        },
        now,
      )

const tags = new WeakMap<Buffer, string>()

const tagOf = (der: Buffer): string => {
  const tag = tags.get(der) ?? sha256Hex(der).slice(0, 32)
  tags.set(der, tag)
  return tag
}
