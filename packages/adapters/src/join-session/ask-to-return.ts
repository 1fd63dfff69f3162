import { parseReply, ROUTES, type RouteReply } from '@easycerts/shared/api'
import { decodePem } from '@easycerts/shared/encoding'
import type { PublicKeyPin, SigningKey } from '@easycerts/shared/key'
import { JOIN_EXPORTER, signReturnStatement } from '@easycerts/shared/ticket'
import { type Call, exchange } from './exchange.ts'
import { type JoinSurroundings, openLine, type OpenLine } from './open-line.ts'
import { withTimeLimit } from './time-limit.ts'
import { tryEndpoints } from './try-endpoints.ts'

/** A node whose identity has expired. */
export interface Absentee {
  /** URLs of join listeners. */
  readonly endpoints: readonly string[]
  /** Of the CA that the node joined. */
  readonly pins: readonly PublicKeyPin[]
  /** Fingerprint of the expired certificate. */
  readonly identity: string
  readonly key: SigningKey
  /** Request for the successor, PEM. */
  readonly csr: string
}

/**
 * Asks the CA to take a node back, over a line that is verified as for a join. What is signed is
 * worth nothing on another connection or a second time. ERR_RETURN_REFUSED, ERR_CLOCK_WRONG and
 * what `openJoinSession` fails with.
 */
export const askToReturn = (
  absentee: Absentee,
  surroundings: JoinSurroundings,
): Promise<RouteReply<'identityReturn'>> =>
  tryEndpoints(absentee.endpoints, surroundings.signal, async (endpoint) => {
    const opened = await openLine(endpoint, absentee.pins, surroundings)
    try {
      return await withTimeLimit(opened.asking, (stage) => ask(opened, absentee, stage))
    } finally {
      opened.close()
    }
  })

const ask = async (
  { line }: OpenLine,
  { identity, key, csr }: Absentee,
  signal: AbortSignal,
): Promise<RouteReply<'identityReturn'>> => {
  const { returnNonce, identityReturn } = ROUTES
  const asked = await exchange(line, { ...placeOf(returnNonce), body: {} }, signal)
  const { nonce } = parseReply('returnNonce', asked)
  const { label, length } = JOIN_EXPORTER
  const signature = signReturnStatement(key, {
    identity,
    request: decodePem('CERTIFICATE REQUEST', csr),
    nonce,
    exporter: line.socket.exportKeyingMaterial(length, label, Buffer.alloc(0)),
  })
  const body = { identity, csr, signature: signature.toString('base64url') }
  return parseReply(
    'identityReturn',
    await exchange(line, { ...placeOf(identityReturn), body }, signal),
  )
}

const placeOf = ({ method, path }: Pick<Call, 'method' | 'path'>) => ({ method, path })
