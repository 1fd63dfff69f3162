import type { TrustMemory } from '@easycerts/adapters/trust-store'

/** The trust document that this node stands by. */
export interface TrustReport {
  /**
   * expired: it still counts, and the CA should have sent a newer one. behind: older than one that
   * this node has seen, so nothing is made of it.
   */
  readonly state: 'good' | 'expired' | 'behind' | 'missing'
  readonly version?: number
  readonly epoch?: number
  readonly issuedAt?: Date
  readonly expiresAt?: Date
}

export const reportTrust = ({ trust, isCurrent }: TrustMemory, now: Date): TrustReport => {
  if (!trust) return { state: 'missing' }
  const { version, epoch, issuedAt, expiresAt } = trust.document
  const end = new Date(expiresAt)
  const living = end < now ? 'expired' : 'good'
  const state = isCurrent ? living : 'behind'
  return { state, version, epoch, issuedAt: new Date(issuedAt), expiresAt: end }
}

const WORDS: Readonly<Record<TrustReport['state'], string>> = {
  good: 'good',
  expired: 'expired: it still counts, but the CA should have sent a newer one',
  behind: 'older than the one that this node has seen: nothing is made of it',
  missing: '',
}

/** Its line in status; `until` tells how far away an instant is. */
export const trustLine = (
  { state, version = 0, epoch = 0, issuedAt }: TrustReport,
  until: (instant: Date | undefined) => string,
): string =>
  state === 'missing'
    ? 'trust     no trust document yet'
    : `trust     version ${version} of epoch ${epoch}, ${until(issuedAt).replace(/^-/, '')} old, ${WORDS[state]}`
