import type { TLSSocket } from 'node:tls'
import type { Ticket } from '@easycerts/shared/ticket'
import { type Clock, type Duration, seconds } from '@easycerts/shared/time'
import { certificatePem, type PinnedPath } from '@easycerts/shared/x509'
import { askServerTime } from './ask-server-time.ts'
import { captureChain } from './capture-chain.ts'
import { checkClocks } from './check-clocks.ts'
import { connectTls } from './connect-tls.ts'
import type { Endpoint } from './endpoint.ts'
import { applyForJoin, type JoinSession, type VerifiedLine } from './join-session.ts'
import { SingleSocketAgent } from './single-socket-agent.ts'
import { withTimeLimit } from './time-limit.ts'
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

/** Two connections: one to learn whose chain the server shows, one that trusts its anchor alone. */
export const openAtEndpoint = async (
  endpoint: Endpoint,
  ticket: Ticket,
  surroundings: JoinSurroundings,
): Promise<JoinSession> => {
  const { anchor } = await probe(endpoint, ticket, surroundings)
  const socket = await connectTrusting(endpoint, anchor, surroundings)
  const line = { endpoint, agent: new SingleSocketAgent(socket), socket, ticket }
  try {
    return await proveServer(line, surroundings)
  } catch (error) {
    close(line)
    throw error
  }
}

const probe = async (
  endpoint: Endpoint,
  { pins }: Ticket,
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
  line: VerifiedLine,
  surroundings: JoinSurroundings,
): Promise<JoinSession> => {
  const { endpoint, socket, ticket } = line
  const { signal, limits = LIMITS } = surroundings
  const server = verifyServer(socket, ticket.pins, endpoint)
  const asking = { duration: limits.time, signal, late: `${endpoint.url} did not tell its time` }
  const joining = { duration: limits.join, signal, late: `${endpoint.url} did not answer the join` }
  const time = await withTimeLimit(asking, (stage) =>
    askServerTime(line, server.leaf, surroundings, stage),
  )
  checkClocks(server, time)
  return {
    endpoint: endpoint.url,
    server,
    time,
    join: (application) =>
      withTimeLimit(joining, (stage) => applyForJoin(line, application, stage)),
    close: () => close(line),
  }
}

const connecting = ({ url }: Endpoint, { signal, limits = LIMITS }: JoinSurroundings) => ({
  duration: limits.connect,
  signal,
  late: `no TLS connection with ${url}`,
})

const close = ({ socket, agent }: VerifiedLine): void => {
  agent.destroy()
  socket.destroy()
}
