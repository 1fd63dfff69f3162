import { type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { EasycertsError, wrapError } from '@easycerts/shared/errors'
import { describeDuration, type Duration } from '@easycerts/shared/time'

export interface WebHook {
  /** http or https. */
  readonly url: string
  /** Sent as JSON. */
  readonly body: unknown
  /** PEM of the CAs that are believed in the place of the public ones. */
  readonly ca?: string | undefined
}

export interface WebHookLimits {
  /** From the connection to the last octet of the answer. */
  readonly timeout: Duration
  readonly signal?: AbortSignal
}

/** What is read of an answer, in octets: only its status counts. */
const LONGEST_ANSWER = 65_536

/**
 * One POST. Only a status of 2xx is success: a redirect is not followed. ERR_ACTION_FAILED,
 * ERR_ACTION_TIMEOUT; their messages name the origin alone, for a path may be a secret.
 */
export const postWebHook = async (hook: WebHook, limits: WebHookLimits): Promise<void> => {
  const { origin } = new URL(hook.url)
  const late = AbortSignal.timeout(limits.timeout)
  const bound = AbortSignal.any([late, ...(limits.signal ? [limits.signal] : [])])
  const status = await post(hook, bound).catch((error: unknown) => {
    throw late.aborted ? lateOf(origin, limits) : failureOf(origin, error)
  })
  if (status < 200 || status > 299)
    throw new EasycertsError('ERR_ACTION_FAILED', `${origin} answered with status ${status}`, {
      hint: 'a hook must answer with 2xx; redirects are not followed',
    })
}

const post = ({ url, body, ca }: WebHook, signal: AbortSignal): Promise<number> =>
  new Promise((resolve, reject) => {
    const content = JSON.stringify(body)
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(content),
    }
    const send = new URL(url).protocol === 'https:' ? httpsRequest : httpRequest
    const options = { method: 'POST', headers, agent: false, signal, ...(ca ? { ca } : {}) }
    const sent = send(url, options)
    sent.once('error', reject)
    sent.once('response', (answer) => {
      readToEnd(answer).then(resolve, reject)
    })
    sent.end(content)
  })

const readToEnd = (answer: IncomingMessage): Promise<number> =>
  new Promise((resolve, reject) => {
    const status = answer.statusCode ?? 0
    let octets = 0
    answer.on('data', (chunk: Buffer) => {
      octets += chunk.length
      if (octets <= LONGEST_ANSWER) return
      resolve(status)
      answer.destroy()
    })
    answer.once('end', () => resolve(status))
    answer.once('error', reject)
  })

const lateOf = (origin: string, { timeout }: WebHookLimits) => {
  const message = `${origin} did not answer within ${describeDuration(timeout)}`
  return new EasycertsError('ERR_ACTION_TIMEOUT', message, { hint: 'does the hook run?' })
}

const failureOf = (origin: string, error: unknown): EasycertsError =>
  wrapError('ERR_ACTION_FAILED', `cannot post to ${origin}`, error)
