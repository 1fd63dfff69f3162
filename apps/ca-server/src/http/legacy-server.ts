import { TLSSocket } from 'node:tls'
import { CfsslFailure } from '@easycerts/cfssl/protocol'
import { isEasycertsError } from '@easycerts/shared/errors'
import { parseCertificate } from '@easycerts/shared/x509'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Authority } from '../authority/index.ts'
import { withOrigin } from '../authority/index.ts'
import {
  answerCall,
  cleanPath,
  failureOf,
  failureReply,
  type LegacyDesk,
  type LegacyReply,
  movedTo,
  NOT_FOUND,
} from '../legacy-door/index.ts'
import { errorOf } from './error-reply.ts'
import { finishLater } from './register-route.ts'

const BASE = '/api/v1/cfssl/'

/** Requests carry a CSR; a bundle of certificates is the largest that any endpoint takes. */
const MAX_BODY_OCTETS = 256 * 1024

/** The API of cfssl, whose clients expect its own words for everything, whatever they send. */
export const registerLegacyRoutes = (
  server: FastifyInstance,
  desk: LegacyDesk,
  clientName: RegExp | undefined,
): void => {
  // A scope of its own, whose failures are told in the words of cfssl.
  void server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    // cfssl never looks at the media type.
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) =>
      parsed(null, body),
    )
    scope.setErrorHandler(async (error, request, reply) => {
      const known = errorOf(error)
      tell(request, known)
      await send(reply, failureReply(failureOf(known)))
    })
    if (clientName) admitClients(scope, clientName)
    scope.all('/*', { bodyLimit: MAX_BODY_OCTETS }, async (request, reply) => {
      await send(reply, await finishLater(server, answer(desk, request)))
      return reply
    })
    done()
  })
}

/** cfssl's -mutual-tls-cn: whose certificate says another name is told so before anything else. */
const admitClients = (server: FastifyInstance, name: RegExp): void => {
  server.addHook('onRequest', async (request, reply) => {
    const { socket } = request.raw
    const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
    const commonName = certificate && commonNameOf(certificate.raw)
    if (commonName === undefined || !name.test(commonName)) await send(reply, INVALID_NAME)
  })
}

const INVALID_NAME: LegacyReply = {
  status: 403,
  contentType: 'text/plain; charset=utf-8',
  body: 'Invalid CN\n',
}

const commonNameOf = (der: Buffer): string | undefined =>
  parseCertificate(der).subject.findLast(({ type }) => type === 'commonName')?.value

const answer = async (desk: LegacyDesk, request: FastifyRequest): Promise<LegacyReply> => {
  const { method } = request
  const url = new URL(request.raw.url ?? '/', 'http://door.invalid')
  const path = decodeURIComponent((request.raw.url ?? '/').split('?')[0] ?? '/')
  const cleaned = cleanPath(path)
  if (cleaned !== path)
    return movedTo(`${encodeURI(cleaned)}${url.search}`, method === 'GET' || method === 'HEAD')
  if (!path.startsWith(BASE)) return NOT_FOUND
  const { reply, failure } = await answerCall(
    { ...desk, authority: seenFrom(desk.authority, request) },
    {
      method,
      endpoint: path.slice(BASE.length),
      query: url.searchParams,
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      address: request.ip,
    },
  )
  if (failure !== undefined) tell(request, failure)
  return reply
}

const seenFrom = (authority: Authority, { ip }: FastifyRequest): Authority =>
  withOrigin(authority, { via: 'legacy', address: ip })

const tell = (request: FastifyRequest, error: unknown): void => {
  if (error instanceof CfsslFailure || isEasycertsError(error))
    request.log.warn({ code: error.code, reason: error.message }, 'refused')
  else request.log.error({ err: error }, 'internal error')
}

const send = async (
  reply: FastifyReply,
  { status, contentType, headers = {}, body }: LegacyReply,
): Promise<void> => {
  // As text it would be given a charset, which cfssl gives to no JSON.
  await reply
    .status(status)
    .headers({ ...headers, 'content-type': contentType })
    .send(Buffer.from(body))
}
