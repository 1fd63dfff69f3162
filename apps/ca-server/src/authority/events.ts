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

/** Hears what the CA does. A listener is quick, and its failure is a bug. */
export interface AuthorityListener {
  refused(refusal: Refusal): void
  issued(issuance: Issuance): void
  revoked(revocation: RevocationEvent): void
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
    reloaded: (reload) => listeners.forEach((each) => each.reloaded?.(reload)),
  }
}
