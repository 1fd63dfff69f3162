import { EasycertsError } from '@easycerts/shared/errors'

/** What is on the disk of who this node is to a CA; keys by their pins. */
export interface IdentityOnDisk {
  readonly current?: { readonly pin: string; readonly node: string }
  readonly pending?: { readonly pin: string; readonly hasCertificate: boolean }
  /** Ticket of the last join that was finished. */
  readonly joinedBy?: string
  /** A join that was not. */
  readonly joining?: { readonly ticketId: string; readonly keyPin: string }
}

/** How this run comes by an identity. */
export type JoinDecision =
  /** This ticket gave the identity that is there: the ticket is not used again. */
  | { readonly kind: 'continue' }
  /** The certificate arrived, and was not taken into use yet. */
  | { readonly kind: 'promote' }
  /** The request was perhaps sent: the same key gets the same answer. */
  | { readonly kind: 'ask-again' }
  | { readonly kind: 'ask' }

/** ERR_NODE_EXISTS for another ticket on a node that has joined, unless it is to take its place. */
export const decideJoin = (
  { current, pending, joinedBy, joining }: IdentityOnDisk,
  ticketId: string,
  mayReplace: boolean,
): JoinDecision => {
  // Until a join is finished, the key tells whose the identity is.
  const isOurs = (pin: string) => joining?.keyPin === pin && joining.ticketId === ticketId
  const isOfFinished = joinedBy === ticketId && joining?.keyPin !== current?.pin
  if (current && (isOurs(current.pin) || isOfFinished)) return { kind: 'continue' }
  if (current && !mayReplace)
    throw new EasycertsError(
      'ERR_NODE_EXISTS',
      `this machine has joined already, as ${current.node}`,
      {
        hint: 'use --rejoin to give it a new identity, with a ticket made with --replace',
      },
    )
  if (!pending || !isOurs(pending.pin)) return { kind: 'ask' }
  return pending.hasCertificate ? { kind: 'promote' } : { kind: 'ask-again' }
}
