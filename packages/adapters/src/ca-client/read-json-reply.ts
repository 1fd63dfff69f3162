import type { IncomingMessage } from 'node:http'
import { EasycertsError, errorOfProblem } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'

// The largest honest answer, six bundles of a dozen certificates, is a tenth of it.
const MAX_REPLY_OCTETS = 1 << 20

/**
 * The JSON of an answer, at most 1 MiB; redirects are not followed. A refusal is thrown with the
 * server's own code; ERR_CA_REPLY_INVALID for what is no answer of ours.
 */
export const readJsonReply = async (reply: IncomingMessage): Promise<unknown> => {
  const { statusCode = 0 } = reply
  const value = parseJson(await bodyOf(reply))
  if (statusCode >= 400) throw errorOfProblem(value, retryAfterIn(reply))
  if (statusCode < 200 || statusCode >= 300)
    throw invalid(`the CA answered with HTTP status ${statusCode}`)
  if (value === undefined) throw invalid('the answer of the CA is not JSON')
  return value
}

/** In milliseconds; the form with a date is not ours. */
const retryAfterIn = ({ headers }: IncomingMessage): number | undefined => {
  const value = headers['retry-after'] ?? ''
  return /^\d{1,6}$/.test(value) ? seconds(Number(value)) : undefined
}

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

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

const invalid = (message: string) => new EasycertsError('ERR_CA_REPLY_INVALID', message)
