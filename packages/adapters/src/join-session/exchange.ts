import { type Agent, type IncomingMessage, request as httpRequest } from 'node:http'
import { EasycertsError, isEasycertsError, reasonOf } from '@easycerts/shared/errors'
import { readJsonReply, replyOf } from '../ca-client/index.ts'
import { authorityOf, type Endpoint } from './endpoint.ts'

/** Where requests go, and over what. */
export interface Line {
  readonly endpoint: Endpoint
  readonly agent: Agent
}

export interface Call {
  readonly method: 'GET' | 'POST'
  /** With its query. */
  readonly path: string
  readonly body?: unknown
}

/**
 * One request and the JSON of its answer, at most 1 MiB; redirects are not followed.
 * ERR_CA_UNREACHABLE if the connection ends first, ERR_CA_REPLY_INVALID, or what the CA refused with.
 */
export const exchange = async (line: Line, call: Call, signal: AbortSignal): Promise<unknown> => {
  try {
    return await readJsonReply(await send(line, call, signal))
  } catch (error) {
    throw failureOf(line.endpoint, error)
  }
}

const send = (
  { endpoint, agent }: Line,
  { method, path, body }: Call,
  signal: AbortSignal,
): Promise<IncomingMessage> => {
  const content = body === undefined ? undefined : JSON.stringify(body)
  const headers = {
    host: authorityOf(endpoint),
    accept: 'application/json',
    ...(content === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
  }
  const { host, port } = endpoint
  const sent = httpRequest({ agent, method, path, headers, host: host.value, port, signal })
  const reply = replyOf(sent)
  sent.end(content)
  return reply
}

const failureOf = ({ url }: Endpoint, error: unknown): unknown => {
  if (isEasycertsError(error)) return error
  const { code, cause } = error as NodeJS.ErrnoException
  // The signal's reason says why better than Node's AbortError.
  if (code === 'ABORT_ERR') return cause ?? error
  // llhttp's codes: what arrived is no HTTP.
  if (code?.startsWith('HPE_') === true)
    return new EasycertsError('ERR_CA_REPLY_INVALID', 'the answer of the CA is not HTTP')
  return new EasycertsError(
    'ERR_CA_UNREACHABLE',
    `${url} closed the connection before its answer was complete (${reasonOf(error)})`,
    { cause: error },
  )
}
