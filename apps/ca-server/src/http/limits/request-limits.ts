import { setTimeout as wait } from 'node:timers/promises'
import { addressBlockOf } from '@easycerts/shared/cluster'
import { type EasycertsError, type ErrorCode, isEasycertsError } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'
import type { FastifyRequest } from 'fastify'
import type { LimitsConfig } from '../../config/index.ts'
import { peerFingerprintOf } from '../peer-fingerprint.ts'
import { type BucketLimiter, createBucketLimiter } from './bucket-limiter.ts'
import { createIssuanceLimiter, type IssuanceLimiter } from './issuance-limiter.ts'

/** How often somebody may ask. Failures are ERR_RATE_LIMITED with the time to wait. */
export interface RequestLimits {
  readonly connectionsPerAddress: number
  /** Before a request is looked at: by address, and by identity where the connection shows one. */
  readonly admit: (request: FastifyRequest) => Promise<void>
  /** Once the proof of a ticket has verified: how often its holder may use it for one node. */
  readonly admitTicket: (request: FastifyRequest, ticketId: string, node: string) => Promise<void>
  /** Before a certificate is issued to a node. */
  readonly admitIssuance: IssuanceLimiter
  /** Before something is signed for a stranger, by address and for all of them together. */
  readonly admitSigning: (request: FastifyRequest) => Promise<void>
  /**
   * What to tell a stranger whose proof was none: the reason, or ERR_RATE_LIMITED once its address
   * sends many. A proof that verifies never comes here, however many from the same address did.
   */
  readonly judgeFailure: (request: FastifyRequest, error: unknown) => Promise<unknown>
}

/** Whoever may open the operator's socket could do worse. */
export const NO_LIMITS: RequestLimits = {
  connectionsPerAddress: Infinity,
  admit: () => Promise.resolve(),
  admitTicket: () => Promise.resolve(),
  admitIssuance: () => undefined,
  admitSigning: () => Promise.resolve(),
  judgeFailure: (_request, error) => Promise.resolve(error),
}

/** An OCSP answer that cannot be kept takes some 130 µs: all strangers get an eighth of a core. */
const SIGNATURES_PER_MINUTE = { address: 6_000, all: 60_000 } as const

/** Who said one of these had proved the ticket's key: no guesser ever hears them. */
const AFTER_PROOF: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_TICKET_EXPIRED',
  'ERR_TICKET_REVOKED',
  'ERR_TICKET_SPENT',
  'ERR_TICKET_KEY_REFUSED',
])

/** With it, all connections of one address make fewer requests than the address may. */
const LOCKED_OUT_WAIT = seconds(2)

/**
 * Tight by ticket and identity, loose by address: thousands of nodes may stand behind one. Failures
 * are tight by address, and wrong proofs of one ticket by address and ticket.
 */
export const createRequestLimits = (
  config: LimitsConfig,
  monotonic = (): number => performance.now(),
): RequestLimits => {
  const { address, identity, ticket } = config
  const requests = createBucketLimiter('requests of this address', address.requestsPerMinute)
  const identities = createBucketLimiter('requests of this identity', identity.requestsPerMinute)
  const tickets = createBucketLimiter('uses of this ticket', ticket.joinsPerMinute)
  const failures = createBucketLimiter('failures of this address', address.failuresPerMinute)
  const proofs = createBucketLimiter('wrong proofs of this ticket', ticket.wrongProofsPerMinute)
  const { address: each, all } = SIGNATURES_PER_MINUTE
  const signatures = createBucketLimiter('signatures for this address', each)
  const allSignatures = createBucketLimiter('signatures for strangers', all)
  return {
    connectionsPerAddress: address.connections,
    admit: async (request) => {
      const fingerprint = peerFingerprintOf(request)
      await requests.take(addressBlockOf(request.ip))
      if (fingerprint !== undefined) await identities.take(fingerprint)
    },
    admitTicket: (request, ticketId, node) =>
      tickets.take(`${addressBlockOf(request.ip)} ${ticketId} ${node}`),
    admitIssuance: createIssuanceLimiter(identity, monotonic),
    admitSigning: async (request) => {
      await signatures.take(addressBlockOf(request.ip))
      await allSignatures.take('all')
    },
    judgeFailure: async (request, error) => {
      if (!isFailedProof(error) || peerFingerprintOf(request) !== undefined) return error
      const block = addressBlockOf(request.ip)
      const locked =
        (await refusalOf(failures, block)) ??
        (error.code === 'ERR_TICKET_SIGNATURE_INVALID'
          ? await refusalOf(proofs, `${block} ${ticketOf(request)}`)
          : undefined)
      if (locked) await wait(LOCKED_OUT_WAIT)
      return locked ?? error
    },
  }
}

const isFailedProof = (error: unknown): error is EasycertsError =>
  isEasycertsError(error) && error.status === 401 && !AFTER_PROOF.has(error.code)

const refusalOf = async (
  limiter: BucketLimiter,
  key: string,
): Promise<EasycertsError | undefined> =>
  limiter.take(key).then(
    () => undefined,
    (error: unknown) => {
      if (isEasycertsError(error)) return error
      throw error
    },
  )

const ticketOf = ({ body }: FastifyRequest): string =>
  typeof body === 'object' && body !== null && 'ticket' in body ? String(body.ticket) : ''
