import * as v from 'valibot'
import type { Duration } from '../time/index.ts'

/** Drawn by the holder before it asks, so that an answer that was lost can be asked for again. */
export const leaseIdSchema = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{32}$/, 'is not the id of a lease'),
)

export const LEASE_ID_OCTETS = 16

/** released: by its holder; broken: by an operator; expired: by itself. */
export const LEASE_ENDS = ['released', 'broken', 'expired'] as const

export type LeaseEnd = (typeof LEASE_ENDS)[number]

/** The permission to restart one component on one node, for a while. */
export interface RestartLease {
  readonly component: string
  readonly node: string
  readonly id: string
  readonly takenAt: Date
  readonly expiresAt: Date
  /** Before it expired. */
  readonly ended?: { readonly how: Exclude<LeaseEnd, 'expired'>; readonly at: Date }
}

/** How many may hold leases, and for how long. */
export interface LeasePolicy {
  /** Holders at one time, by component; 1 for every other component of Kubernetes. */
  readonly limits: Readonly<Record<string, number>>
  /** From each taking or extension, in milliseconds. */
  readonly leaseTime: Duration
}

/** How a lease has ended by now; undefined while it is held. */
export const endOfLease = (
  { ended, expiresAt }: Pick<RestartLease, 'ended' | 'expiresAt'>,
  now: Date,
): LeaseEnd | undefined => ended?.how ?? (expiresAt <= now ? 'expired' : undefined)
