import type { TLSSocket } from 'node:tls'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { type Clock, type Duration, seconds } from '@easycerts/shared/time'
import { certificatePem, type PinnedPath } from '@easycerts/shared/x509'
import { askServerTime, type ServerTime } from './ask-server-time.ts'
import { captureChain } from './capture-chain.ts'
import { checkClocks } from './check-clocks.ts'
import { connectTls } from './connect-tls.ts'
import type { Endpoint } from './endpoint.ts'
import type { Line } from './exchange.ts'
import { SingleSocketAgent } from './single-socket-agent.ts'
import { type TimeLimit, withTimeLimit } from './time-limit.ts'
import { validateChain, verifyServer } from './verify-server.ts'

/** What a join takes from the machine, and how long it may wait. */
export interface JoinSurroundings {
  readonly clock: Clock
  readonly randomOctets: (count: number) => Buffer
  /** Ends everything, with its reason. */
  readonly signal: AbortSignal
  readonly limits?: StageLimits
}

/** Bounds of each stage, beside that of the whole. */
export interface StageLimits {
  readonly connect: Duration
  readonly time: Duration
  readonly join: Duration
}

const LIMITS: StageLimits = { connect: seconds(10), time: seconds(10), join: seconds(30) }

/** A connection with a CA that pins vouch for, verified in everything, with its clock. */
export interface OpenLine {
  readonly line: Line & { readonly socket: TLSSocket }
  readonly server: PinnedPath
  readonly time: ServerTime
  /** For what is asked over it. */
  readonly asking: TimeLimit
  readonly close: () => void
}

/** Two connections: one to learn whose chain the server shows, one that trusts its anchor alone. */
export const openLine = async (
  endpoint: Endpoint,
  pins: readonly PublicKeyPin[],
  surroundings: JoinSurroundings,
): Promise<OpenLine> => {
  const { anchor } = await probe(endpoint, pins, surroundings)
  const socket = await connectTrusting(endpoint, anchor, surroundings)
  const line = { endpoint, agent: new SingleSocketAgent(socket), socket }
  const close = (): void => {
    line.agent.destroy()
    socket.destroy()
  }
  try {
    return { ...(await proveServer(line, pins, surroundings)), line, close }
  } catch (error) {
    close()
    throw error
  }
}

const probe = async (
  endpoint: Endpoint,
  pins: readonly PublicKeyPin[],
  surroundings: JoinSurroundings,
): Promise<PinnedPath> => {
  const chain = await withTimeLimit(connecting(endpoint, surroundings), (stage) =>
    captureChain(endpoint, stage),
  )
  return validateChain(chain, pins, endpoint)
}

const connectTrusting = (
  endpoint: Endpoint,
  anchor: PinnedPath['anchor'],
  surroundings: JoinSurroundings,
): Promise<TLSSocket> =>
  withTimeLimit(connecting(endpoint, surroundings), (stage) =>
    connectTls(endpoint, { ca: [certificatePem(anchor)], allowPartialTrustChain: true }, stage),
  )

const proveServer = async (
  line: OpenLine['line'],
  pins: readonly PublicKeyPin[],
  surroundings: JoinSurroundings,
): Promise<Omit<OpenLine, 'line' | 'close'>> => {
  const { endpoint, socket } = line
  const { signal, limits = LIMITS } = surroundings
  const server = verifyServer(socket, pins, endpoint)
  const telling = { duration: limits.time, signal, late: `${endpoint.url} did not tell its time` }
  const time = await withTimeLimit(telling, (stage) =>
    askServerTime(line, server.leaf, surroundings, stage),
  )
  checkClocks(server, time)
  const asking = { duration: limits.join, signal, late: `${endpoint.url} did not answer the join` }
  return { server, time, asking }
}

const connecting = ({ url }: Endpoint, { signal, limits = LIMITS }: JoinSurroundings) => ({
  duration: limits.connect,
  signal,
  late: `no TLS connection with ${url}`,
})
