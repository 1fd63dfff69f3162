import { type Agent, type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { formatLegacyRemote, type LegacyRemote } from '@easycerts/shared/legacy-certmgr'
import { describeDuration, type Duration } from '@easycerts/shared/time'
import { failureOfRemote } from './failure-of-remote.ts'

/** One answer, whole. */
export interface RemoteAnswer {
  readonly status: number
  readonly text: string
  /** The clock of the server, where it tells it. */
  readonly time: Date | undefined
}

export interface RemoteCall {
  /** 'info' or 'authsign' */
  readonly endpoint: string
  readonly body: string
}

export interface RemoteLimits {
  readonly agent: Agent
  /** From the connection to the last octet of the answer. */
  readonly timeout: Duration
  readonly signal?: AbortSignal
}

// The largest honest answer is a chain of certificates.
const LONGEST_ANSWER = 1 << 20

/**
 * One POST to a remote; redirects are not followed. ERR_CA_UNREACHABLE, ERR_CA_TIMEOUT,
 * ERR_CHAIN_INVALID, ERR_CLOCK_WRONG, ERR_REQUESTER_NOT_PERMITTED, ERR_CA_REPLY_INVALID.
 */
export const postToRemote = async (
  remote: LegacyRemote,
  call: RemoteCall,
  { agent, timeout, signal }: RemoteLimits,
): Promise<RemoteAnswer> => {
  signal?.throwIfAborted()
  const name = formatLegacyRemote(remote)
  const late = AbortSignal.timeout(timeout)
  const bound = AbortSignal.any([late, ...(signal ? [signal] : [])])
  try {
    return await readWhole(name, await send(remote, call, agent, bound))
  } catch (error) {
    signal?.throwIfAborted()
    if (late.aborted) throw lateOf(name, timeout)
    throw isEasycertsError(error) ? error : failureOfRemote(name, error)
  }
}

const send = (
  { protocol, host, port }: LegacyRemote,
  { endpoint, body }: RemoteCall,
  agent: Agent,
  signal: AbortSignal,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }
    const path = `/api/v1/cfssl/${endpoint}`
    const request = protocol === 'https' ? httpsRequest : httpRequest
    const sent = request({ method: 'POST', host: host.value, port, path, headers, agent, signal })
    sent.once('response', resolve)
    sent.once('error', reject)
    // Without a listener Node drops the connection, and tells nobody.
    sent.once('upgrade', (_reply, socket) => {
      socket.destroy()
      reject(new Error('it switched to another protocol'))
    })
    sent.end(body)
  })

const readWhole = async (name: string, reply: IncomingMessage): Promise<RemoteAnswer> => {
  const chunks: Buffer[] = []
  let octets = 0
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    octets += chunk.length
    // Leaving the loop destroys the connection.
    if (octets > LONGEST_ANSWER)
      throw new EasycertsError(
        'ERR_CA_REPLY_INVALID',
        `the answer of ${name} is larger than ${LONGEST_ANSWER} octets`,
      )
    chunks.push(chunk)
  }
  const { statusCode: status = 0, headers } = reply
  return { status, text: Buffer.concat(chunks).toString('utf8'), time: timeIn(headers.date) }
}

const timeIn = (header: string | undefined): Date | undefined => {
  const time = new Date(header ?? '')
  return Number.isNaN(time.getTime()) ? undefined : time
}

const lateOf = (name: string, timeout: Duration): EasycertsError =>
  new EasycertsError(
    'ERR_CA_TIMEOUT',
    `${name} did not answer within ${describeDuration(timeout)}`,
    { hint: 'does cfssl run there, or does its port swallow what it gets?' },
  )
