import type { NodeFacts } from '../cluster/index.ts'
import type { RequesterKind } from '../profile/index.ts'
import type { LegacyKey, LegacyWish } from './legacy-policy.ts'

/** Who asks, as established by the listener that the request came through. */
export type Requester =
  | { readonly kind: 'ticket'; readonly ticketId: string; readonly node: NodeFacts }
  | { readonly kind: 'node'; readonly node: NodeFacts; readonly fingerprint: string }
  /** Somebody who may open the operator's socket on the CA host; `node`: on whose behalf, from the records. */
  | { readonly kind: 'operator'; readonly name: string; readonly node?: NodeFacts }
  /** Somebody who shows an operator certificate in mutual TLS. */
  | {
      readonly kind: 'operator-certificate'
      readonly name: string
      readonly fingerprint: string
      readonly node?: NodeFacts
    }
  /** A key of the cfssl API, and what it asks for. */
  | { readonly kind: 'legacy'; readonly key: LegacyKey; readonly wish: LegacyWish }
  /** The CA itself, for its own TLS certificate. */
  | { readonly kind: 'ca-server' }

type RequesterOf<Kind extends RequesterKind> = Extract<Requester, { readonly kind: Kind }>

export type OperatorRequester = RequesterOf<'operator' | 'operator-certificate'>

/** For the log: 'node worker-1', 'ticket abc…', 'operator root'. */
export const describeRequester = (requester: Requester): string => {
  switch (requester.kind) {
    case 'ticket':
      return `ticket ${requester.ticketId}`
    case 'node':
      return `node ${requester.node.name}`
    case 'operator':
      return `operator ${requester.name}`
    case 'operator-certificate':
      return `operator certificate ${requester.name}`
    case 'legacy':
      return `legacy key ${requester.key.name}`
    case 'ca-server':
      return 'ca-server'
  }
}

/** The node that a certificate for this requester speaks of, and no other. */
export const nodeOfRequester = (requester: Requester): NodeFacts | undefined =>
  'node' in requester ? requester.node : undefined
