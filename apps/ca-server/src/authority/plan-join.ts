import type { NodeFacts } from '@easycerts/shared/cluster'
import { EasycertsError, type ErrorCode, isEasycertsError } from '@easycerts/shared/errors'
import { decideAuthorization } from '@easycerts/shared/issuance'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { verifyPlanStatement } from '@easycerts/shared/ticket'
import { type Duration } from '@easycerts/shared/time'
import { formatSubject } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { type ClaimedName, judgeTicketUse, nodeOfUse } from './judge-ticket-use.ts'
import { profilesOf } from './node-certificates.ts'
import { findTicketToProve, noteWrongProof } from './prove-ticket.ts'
import type { TicketRow } from './store/index.ts'
import { nodeFactsOfTicket } from './tickets.ts'

export interface PlanWish extends ClaimedName {
  readonly ticketId: string
  readonly signature: Buffer
  /** Exporter of the connection, by the plan's own label. */
  readonly exporter: Buffer
  /** Of the key that the machine has begun to join with. */
  readonly key: PublicKeyPin | undefined
  /** May refuse before anything is told. */
  readonly onProven: (ticket: TicketRow, node: string) => Promise<void>
}

/** A certificate as policy would grant it now. */
export interface GrantPreview {
  readonly profile: string
  readonly issuer: string
  readonly subject: string
  readonly names: readonly string[]
  readonly life: Duration
  readonly refusal?: string
}

export interface PlannedJoin {
  readonly ticket: TicketRow
  readonly isBound: boolean
  readonly replacesNode: boolean
  readonly node: NodeFacts
  readonly certificates: readonly GrantPreview[]
}

/**
 * What a join with this ticket would give, or the failure that it would end in. The records stay as
 * they are; that somebody asked is told by the events, for an honest node asks once and a thief may too.
 */
export const planJoin = async (authority: Authority, wish: PlanWish): Promise<PlannedJoin> => {
  const ticket = await findTicketToProve(authority, wish.ticketId)
  if (!verifyPlanStatement(ticket.publicKey, wish, wish.signature)) {
    await noteWrongProof(authority, 'signature')
    throw new EasycertsError(
      'ERR_TICKET_SIGNATURE_INVALID',
      'the proof of the ticket does not verify',
    )
  }
  const name = nodeOfUse(ticket, wish)
  await wish.onProven(ticket, name)
  const tell = (outcome: 'shown' | ErrorCode) =>
    authority.events.ticketPlanned({
      ticket: ticket.id,
      node: name,
      outcome,
      origin: authority.origin?.address ?? 'local',
    })
  try {
    const planned = await judged(authority, ticket, name, wish)
    tell('shown')
    return planned
  } catch (error) {
    if (isEasycertsError(error)) tell(error.code)
    throw error
  }
}

const judged = (
  authority: Authority,
  ticket: TicketRow,
  name: string,
  { key }: PlanWish,
): Promise<PlannedJoin> =>
  authority.store.read(async (reading) => {
    const verdict = await judgeTicketUse(authority, reading, { ticket, node: name, key })
    const current = await reading.findIdentityOfNode(name, 'current')
    const node = nodeFactsOfTicket(ticket, name)
    return {
      ticket,
      isBound: verdict === 'again',
      replacesNode: current !== undefined,
      node,
      certificates: profilesOf(authority, { node }).flatMap((each) =>
        preview(authority, node, each),
      ),
    }
  })

const preview = (authority: Authority, node: NodeFacts, name: string): GrantPreview[] => {
  const profile = authority.policy.current().profiles.get(name)
  if (!profile) return []
  const { cluster, hosts: caHosts, issuers } = authority
  const requester = { kind: 'node', node, fingerprint: '' } as const
  const decision = decideAuthorization(requester, profile, { cluster, caHosts, node }, profile.life)
  const common = { profile: name, issuer: issuers[profile.issuer].id, life: profile.life }
  if (!decision.isGranted) return [{ ...common, subject: '', names: [], refusal: decision.reason }]
  const { subject, hosts } = decision.grant
  return [{ ...common, subject: formatSubject(subject), names: hosts.map(({ value }) => value) }]
}
