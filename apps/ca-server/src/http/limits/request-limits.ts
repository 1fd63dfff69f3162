import { addressBlockOf } from '@easycerts/shared/cluster'
import type { FastifyRequest } from 'fastify'
import type { LimitsConfig } from '../../config/index.ts'
import { peerFingerprintOf } from '../peer-fingerprint.ts'
import { createBucketLimiter } from './bucket-limiter.ts'

/** How often somebody may ask. Failures are ERR_RATE_LIMITED with the time to wait. */
export interface RequestLimits {
  readonly connectionsPerAddress: number
  /** Before a request is looked at: by address, and by identity where the connection shows one. */
  readonly admit: (request: FastifyRequest) => Promise<void>
  /** Before the proof of a ticket is checked; by address too, or a stranger could use up another's. */
  readonly admitTicket: (request: FastifyRequest, ticketId: string) => Promise<void>
  /** Before something is signed for a stranger, by address and for all of them together. */
  readonly admitSigning: (request: FastifyRequest) => Promise<void>
  /** A proof that was none: an address that sends many is not listened to for a while. */
  readonly countFailure: (request: FastifyRequest) => void
}

/** Whoever may open the operator's socket could do worse. */
export const NO_LIMITS: RequestLimits = {
  connectionsPerAddress: Infinity,
  admit: () => Promise.resolve(),
  admitTicket: () => Promise.resolve(),
  admitSigning: () => Promise.resolve(),
  countFailure: () => undefined,
}

/** An OCSP answer that cannot be kept takes some 130 µs: all strangers get an eighth of a core. */
const SIGNATURES_PER_MINUTE = { address: 6_000, all: 60_000 } as const

/**
 * Tight by ticket and identity, loose by address: thousands of nodes may stand behind one. Failures
 * are tight by address, on the listener that knows nobody yet.
 */
export const createRequestLimits = (config: LimitsConfig): RequestLimits => {
  const { address, identity, ticket } = config
  const requests = createBucketLimiter('requests of this address', address.requestsPerMinute)
  const failures = createBucketLimiter('failures of this address', address.failuresPerMinute)
  const identities = createBucketLimiter('requests of this identity', identity.requestsPerMinute)
  const tickets = createBucketLimiter('uses of this ticket', ticket.joinsPerMinute)
  const { address: each, all } = SIGNATURES_PER_MINUTE
  const signatures = createBucketLimiter('signatures for this address', each)
  const allSignatures = createBucketLimiter('signatures for strangers', all)
  return {
    connectionsPerAddress: address.connections,
    admit: async (request) => {
      const block = addressBlockOf(request.ip)
      const fingerprint = peerFingerprintOf(request)
      await requests.take(block)
      if (fingerprint === undefined) await failures.check(block)
      else await identities.take(fingerprint)
    },
    admitTicket: (request, ticketId) => tickets.take(`${addressBlockOf(request.ip)} ${ticketId}`),
    admitSigning: async (request) => {
      await signatures.take(addressBlockOf(request.ip))
      await allSignatures.take('all')
    },
    countFailure: (request) => {
      if (peerFingerprintOf(request) === undefined) void failures.count(addressBlockOf(request.ip))
    },
  }
}
