import type { RouteName } from './routes.ts'

/** The request header that makes a mutating call safe to repeat. */
export const IDEMPOTENCY_HEADER = 'idempotency-key'

/** What a client may choose; long enough not to be chosen twice by accident. */
export const IDEMPOTENCY_KEY = /^[A-Za-z0-9_-]{8,64}$/

/**
 * Mutating routes that are safe to repeat without a key, and why; a key sent to them is ignored.
 * All others keep their answer under the key.
 */
export const REPEATABLE_BY_NATURE: Readonly<Partial<Record<RouteName, string>>> = {
  join: 'the same key gets the certificate that its ticket is bound to',
  identityRenew: 'the same key gets the pending certificate again',
  returnNonce: 'a nonce is good once, and another one costs nothing',
  identityReturn: 'the same key gets the pending certificate again',
  identityConfirm: 'a current identity stays current',
  renewalOrderCancel: 'a cancelled order stays cancelled',
  clockAccept: 'a clock that is believed stays believed',
  nodeQuarantine: 'a quarantined node stays quarantined, with the reason and time of then',
  nodeRemove: 'a removed node stays removed',
  ticketRevoke: 'a revoked ticket stays revoked',
  ticketRevokeOpen: 'a revoked ticket stays revoked',
  nodeReport: 'a report that says the same changes nothing',
  leaseTake: 'its id gets the same lease again',
  leaseRelease: 'a lease that has ended stays so',
  leaseBreak: 'a lease that has ended is not there to be broken',
  nodeReject: 'a change that was rejected is not pending any more',
}
