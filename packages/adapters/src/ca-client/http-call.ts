import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { IDEMPOTENCY_HEADER, LOG_HEAD_HEADER } from '@easycerts/shared/api'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { describeDuration, type Duration } from '@easycerts/shared/time'
import { failureOfCall } from './failure-of-call.ts'
import { readJsonReply } from './read-json-reply.ts'
import { replyOf } from './reply-of.ts'
import type { HttpCall } from './route-call.ts'

/** Whom a call goes to, and how. */
export interface Destination {
  /** For messages: 'https://10.0.0.1:8443', or the path of a socket. */
  readonly name: string
  readonly protocol: 'http:' | 'https:'
  /** Address, agent and TLS. */
  readonly options: RequestOptions
}

export interface CallLimits {
  /** From the connection to the last octet of the answer. */
  readonly timeout: Duration
  /** Ends the call with the signal's own reason. */
  readonly signal?: AbortSignal
}

/**
 * One request and the JSON of its answer. ERR_CA_UNREACHABLE, ERR_CA_TIMEOUT, ERR_CHAIN_INVALID,
 * ERR_CLOCK_WRONG, ERR_IDENTITY_UNKNOWN, ERR_CA_REPLY_INVALID, or what the server refused with.
 */
export const callHttp = async (
  destination: Destination,
  call: HttpCall,
  { timeout, signal }: CallLimits,
): Promise<unknown> => {
  signal?.throwIfAborted()
  const bound = new AbortController()
  const stop = (): void => bound.abort(signal?.reason)
  const timer = setTimeout(() => bound.abort(lateOf(destination, timeout)), timeout)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await readJsonReply(await send(destination, call, bound.signal))
  } catch (error) {
    bound.signal.throwIfAborted()
    throw isEasycertsError(error) ? error : failureOfCall(destination.name, error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

const lateOf = ({ name }: Destination, timeout: Duration) =>
  new EasycertsError('ERR_CA_TIMEOUT', `${name} did not answer within ${describeDuration(timeout)}`)

/** A second time if the server closed an idle connection just as we took it: it read nothing then. */
const send = async (
  destination: Destination,
  call: HttpCall,
  signal: AbortSignal,
): Promise<IncomingMessage> => {
  const first = await sendOnce(destination, call, signal)
  if (first !== 'stale') return first
  const second = await sendOnce(destination, call, signal)
  if (second !== 'stale') return second
  throw new EasycertsError('ERR_CA_UNREACHABLE', `${destination.name} closes its connections`)
}

const sendOnce = async (
  { protocol, options }: Destination,
  { method, path, body, idempotencyKey, logHead }: HttpCall,
  signal: AbortSignal,
): Promise<IncomingMessage | 'stale'> => {
  const content = body === undefined ? undefined : JSON.stringify(body)
  const headers = {
    accept: 'application/json',
    ...(idempotencyKey === undefined ? {} : { [IDEMPOTENCY_HEADER]: idempotencyKey }),
    ...(logHead === undefined
      ? {}
      : { [LOG_HEAD_HEADER]: Buffer.from(logHead, 'utf8').toString('base64url') }),
    ...(content === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
  }
  const request = protocol === 'https:' ? httpsRequest : httpRequest
  const sent = request({ ...options, method, path, headers, signal })
  const reply = replyOf(sent)
  sent.end(content)
  try {
    return await reply
  } catch (error) {
    if (isStale(sent, error as NodeJS.ErrnoException)) return 'stale'
    throw error
  }
}

const isStale = (sent: ClientRequest, { code }: NodeJS.ErrnoException): boolean =>
  sent.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE')
