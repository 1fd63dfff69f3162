import type { NodeFacts } from '../cluster/index.ts'

/** Who asks, as established by the listener that the request came through. */
export type Requester =
  | { readonly kind: 'ticket'; readonly ticketId: string; readonly node: NodeFacts }
  | { readonly kind: 'node'; readonly node: NodeFacts; readonly fingerprint: string }
  /** Somebody who may open the operator's socket on the CA host. */
  | { readonly kind: 'operator'; readonly name: string }
  /** The CA itself, for its own TLS certificate. */
  | { readonly kind: 'ca-server' }

/** For the log: 'node worker-1', 'ticket abc…', 'operator root'. */
export const describeRequester = (requester: Requester): string => {
  switch (requester.kind) {
    case 'ticket':
      return `ticket ${requester.ticketId}`
    case 'node':
      return `node ${requester.node.name}`
    case 'operator':
      return `operator ${requester.name}`
    case 'ca-server':
      return 'ca-server'
  }
}
