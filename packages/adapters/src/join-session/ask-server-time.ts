import { parseReply, ROUTES, type RouteReply } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'
import { verifyServerTime } from '@easycerts/shared/ticket'
import type { Certificate } from '@easycerts/shared/x509'
import { exchange, type Line } from './exchange.ts'

/** The server's clock against ours. */
export interface ServerTime {
  readonly serverTime: Date
  /** Local minus server, in milliseconds: positive when this machine is ahead. */
  readonly offset: number
}

const NONCE_OCTETS = 24
const FORMAT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

/**
 * Asks for the time, signed by the key of the certificate that the server shows on this very
 * connection, over a nonce of ours: an old answer, or another's, is worth nothing.
 * ERR_CA_REPLY_INVALID for a wrong nonce, form or signature.
 */
export const askServerTime = async (
  line: Line,
  leaf: Certificate,
  { clock, randomOctets }: { clock: Clock; randomOctets: (count: number) => Buffer },
  signal: AbortSignal,
): Promise<ServerTime> => {
  const nonce = randomOctets(NONCE_OCTETS).toString('base64url')
  const sentAt = clock().getTime()
  const { method, path } = ROUTES.time
  const body = await exchange(line, { method, path: `${path}?nonce=${nonce}` }, signal)
  const receivedAt = clock().getTime()
  const serverTime = checkedTime(parseReply('time', body), nonce, leaf)
  return { serverTime, offset: Math.round((sentAt + receivedAt) / 2) - serverTime.getTime() }
}

const checkedTime = (reply: RouteReply<'time'>, nonce: string, leaf: Certificate): Date => {
  const time = new Date(reply.time)
  const isGenuine =
    reply.nonce === nonce &&
    FORMAT.test(reply.time) &&
    !Number.isNaN(time.getTime()) &&
    isSigned(leaf, nonce, reply)
  if (!isGenuine)
    throw new EasycertsError('ERR_CA_REPLY_INVALID', 'the server’s signed time does not verify')
  return time
}

const isSigned = (leaf: Certificate, nonce: string, reply: RouteReply<'time'>): boolean => {
  try {
    return verifyServerTime(leaf.spki, nonce, reply.time, reply.signature)
  } catch (cause) {
    throw new EasycertsError('ERR_CHAIN_INVALID', 'the server’s key is not acceptable', { cause })
  }
}
