import { type Agent, type IncomingMessage, request as httpRequest } from 'node:http'
import {
  EasycertsError,
  errorOfProblem,
  isEasycertsError,
  reasonOf,
} from '@easycerts/shared/errors'
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

// The largest honest answer, six bundles of a dozen certificates, is a tenth of it.
const MAX_REPLY_OCTETS = 1 << 20

/**
 * One request and the JSON of its answer, at most 1 MiB; redirects are not followed.
 * ERR_CA_UNREACHABLE if the connection ends first, ERR_CA_REPLY_INVALID, or what the CA refused with.
 */
export const exchange = async (line: Line, call: Call, signal: AbortSignal): Promise<unknown> => {
  try {
    const reply = await send(line, call, signal)
    return jsonOf(reply, await bodyOf(reply))
  } catch (error) {
    throw failureOf(line.endpoint, error)
  }
}

const send = (
  { endpoint, agent }: Line,
  { method, path, body }: Call,
  signal: AbortSignal,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
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
    sent.once('response', resolve)
    sent.once('error', reject)
    sent.end(content)
  })

const bodyOf = async (reply: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let octets = 0
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    octets += chunk.length
    // Leaving the loop destroys the connection.
    if (octets > MAX_REPLY_OCTETS) throw invalid('the answer of the CA is larger than 1 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const jsonOf = ({ statusCode = 0 }: IncomingMessage, body: Buffer): unknown => {
  const value = parseJson(body)
  if (statusCode >= 200 && statusCode < 300) {
    if (value === undefined) throw invalid('the answer of the CA is not JSON')
    return value
  }
  if (statusCode >= 400) throw errorOfProblem(value)
  throw invalid(`the CA answered with HTTP status ${statusCode}`)
}

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

const invalid = (message: string) => new EasycertsError('ERR_CA_REPLY_INVALID', message)

const failureOf = ({ url }: Endpoint, error: unknown): unknown => {
  if (isEasycertsError(error)) return error
  const { code, cause } = error as NodeJS.ErrnoException
  // The signal's reason says why better than Node's AbortError.
  if (code === 'ABORT_ERR') return cause ?? error
  // llhttp's codes: what arrived is no HTTP.
  if (code?.startsWith('HPE_') === true) return invalid('the answer of the CA is not HTTP')
  return new EasycertsError(
    'ERR_CA_UNREACHABLE',
    `${url} closed the connection before its answer was complete (${reasonOf(error)})`,
    { cause: error },
  )
}
