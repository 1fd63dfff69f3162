import {
  EasycertsError,
  isEasycertsError,
  PROBLEM_MEDIA_TYPE,
  problemOf,
} from '@easycerts/shared/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Every failure leaves as `application/problem+json`; only our own ones say more than that it failed. */
export const refuse = async (
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> => {
  const known = errorOf(error)
  const problem = problemOf(known, request.id)
  if (isEasycertsError(known))
    request.log.warn({ code: known.code, reason: known.message }, 'refused')
  else request.log.error({ err: known }, 'internal error')
  const wait = isEasycertsError(known) ? retryAfterOf(known) : undefined
  if (wait !== undefined) void reply.header('retry-after', wait)
  await reply
    .status(problem.status)
    .headers({ 'content-type': PROBLEM_MEDIA_TYPE, 'cache-control': 'no-store' })
    // As text it would be given a charset, which JSON has none of.
    .send(Buffer.from(JSON.stringify(problem)))
}

const BUSY_SECONDS = 5

/** Whole seconds (RFC 9110 §10.2.3), also where the wait is not known but an immediate repeat is in vain. */
const retryAfterOf = ({ code, status, retryAfter }: EasycertsError): string | undefined => {
  if (retryAfter !== undefined) return String(Math.ceil(retryAfter / 1000))
  const isBusy = code === 'ERR_DEADLINE_EXCEEDED' || code === 'ERR_SERVER_STOPPING'
  return isBusy && status === 503 ? String(BUSY_SECONDS) : undefined
}

const MESSAGES = {
  ERR_BODY_TOO_LARGE: 'the request body is too large',
  ERR_BODY_INVALID: 'the request body is not JSON',
  ERR_MEDIA_TYPE_UNSUPPORTED: 'the request body is not application/json',
  ERR_ROUTE_UNKNOWN: 'there is no such endpoint on this listener',
  ERR_DEADLINE_EXCEEDED: 'the server did not come to an answer in time',
} as const

/** Fastify's own refusals by our codes. */
const FASTIFY_CODES: Readonly<Record<string, keyof typeof MESSAGES>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'ERR_BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'ERR_MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'ERR_BODY_INVALID',
  FST_ERR_CTP_INVALID_JSON_BODY: 'ERR_BODY_INVALID',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'ERR_BODY_INVALID',
  FST_ERR_HANDLER_TIMEOUT: 'ERR_DEADLINE_EXCEEDED',
  FST_ERR_BAD_URL: 'ERR_ROUTE_UNKNOWN',
  FST_ERR_MAX_PARAM_LENGTH: 'ERR_ROUTE_UNKNOWN',
}

/** What is not ours and not Fastify's is a bug and passes unchanged. */
export const errorOf = (error: unknown): unknown => {
  if (isEasycertsError(error) || !(error instanceof Error)) return error
  const { code = '', statusCode } = error as Error & { code?: string; statusCode?: number }
  const ours = FASTIFY_CODES[code] ?? (statusCode === 400 ? 'ERR_BODY_INVALID' : undefined)
  return ours === undefined ? error : new EasycertsError(ours, MESSAGES[ours])
}
