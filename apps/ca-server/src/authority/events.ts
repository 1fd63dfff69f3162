import type { NodeState } from './store/index.ts'

/** A wish that policy refused, for the log and for counting. It holds no key, ticket or PEM. */
export interface Refusal {
  /** As `describeRequester` has it: 'node worker-1'. */
  readonly requester: string
  readonly requesterKind: string
  readonly profile: string
  /** Stable name of the rule that refused ('node-role'). */
  readonly rule: string
  /** `ERR_…`, as the requester saw it. */
  readonly code: string
  /** Address that the request came from; 'local' for the operator's socket and the CA itself. */
  readonly origin: string
}

export interface Issuance {
  readonly requesterKind: string
  readonly profile: string
  readonly issuer: string
}

export interface RevocationEvent {
  readonly issuer: string
  readonly reason: string
}

/** A node that lost its access. */
export interface ShutOut {
  readonly node: string
  readonly state: NodeState
  readonly reason: string
  /** Of its identities that may have connections open. */
  readonly fingerprints: readonly string[]
}

/** Somebody used an identity who should not have it; `docs/nodes.md` says what each kind means. */
export interface IdentityAlarm {
  readonly kind: 'forked' | 'return-contested'
  readonly node: string
  /** What was shown. */
  readonly fingerprint: string
}

/** A ticket's proof that was none: its id is unknown, or its signature does not verify. */
export interface RefusedProof {
  readonly reason: 'unknown' | 'signature'
}

/** guessed: many wrong proofs of one address; contested: a second key claims a ticket's use. */
export interface TicketAlarm {
  readonly kind: 'guessed' | 'contested'
}

/** Somebody who holds a ticket asked what it is worth. */
export interface TicketPlan {
  readonly ticket: string
  readonly node: string
  /** 'shown', or the code of the failure that a join would end in. */
  readonly outcome: string
  readonly origin: string
}

export interface Reload {
  readonly outcome: 'reloaded' | 'refused'
  /** Of the configuration file, hex. */
  readonly sha256: string
}

/** Hears what the CA does. A listener is quick, and its failure is a bug. */
export interface AuthorityListener {
  refused(refusal: Refusal): void
  issued(issuance: Issuance): void
  revoked(revocation: RevocationEvent): void
  shutOut(shutOut: ShutOut): void
  identityAlarmed(alarm: IdentityAlarm): void
  proofRefused(proof: RefusedProof): void
  ticketAlarmed(alarm: TicketAlarm): void
  ticketPlanned(plan: TicketPlan): void
  reloaded(reload: Reload): void
}

/** What the CA tells of its own acts: once they are durable; a refusal, before it is answered. */
export interface AuthorityEvents extends AuthorityListener {
  readonly listen: (listener: Partial<AuthorityListener>) => void
}

export const createAuthorityEvents = (): AuthorityEvents => {
  const listeners: Partial<AuthorityListener>[] = []
  return {
    listen: (listener) => listeners.push(listener),
    refused: (refusal) => listeners.forEach((each) => each.refused?.(refusal)),
    issued: (issuance) => listeners.forEach((each) => each.issued?.(issuance)),
    revoked: (revocation) => listeners.forEach((each) => each.revoked?.(revocation)),
    shutOut: (shutOut) => listeners.forEach((each) => each.shutOut?.(shutOut)),
    identityAlarmed: (alarm) => listeners.forEach((each) => each.identityAlarmed?.(alarm)),
    proofRefused: (proof) => listeners.forEach((each) => each.proofRefused?.(proof)),
    ticketAlarmed: (alarm) => listeners.forEach((each) => each.ticketAlarmed?.(alarm)),
    ticketPlanned: (plan) => listeners.forEach((each) => each.ticketPlanned?.(plan)),
    reloaded: (reload) => listeners.forEach((each) => each.reloaded?.(reload)),
  }
}
