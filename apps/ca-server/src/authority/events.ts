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

export interface Reload {
  readonly outcome: 'reloaded' | 'refused'
  /** Of the configuration file, hex. */
  readonly sha256: string
}

/**
 * Port: what the CA tells of its own acts while it works. Called after the act is durable (a
 * refusal: before the answer). Listeners are synchronous, quick, and never throw.
 */
export interface AuthorityEvents {
  refused(refusal: Refusal): void
  issued(issuance: Issuance): void
  revoked(revocation: RevocationEvent): void
  reloaded(reload: Reload): void
}

/** Tells several listeners, in their order. */
export const tellAll = (...listeners: readonly Partial<AuthorityEvents>[]): AuthorityEvents => ({
  refused: (refusal) => listeners.forEach((each) => each.refused?.(refusal)),
  issued: (issuance) => listeners.forEach((each) => each.issued?.(issuance)),
  revoked: (revocation) => listeners.forEach((each) => each.revoked?.(revocation)),
  reloaded: (reload) => listeners.forEach((each) => each.reloaded?.(reload)),
})

/** For whoever listens to nothing. */
export const NO_EVENTS: AuthorityEvents = tellAll()
