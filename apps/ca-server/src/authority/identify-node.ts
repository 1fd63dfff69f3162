import type { NodeFacts } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import { issuedAtOf, parseCertificate } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { requireGoodClock } from './held-clock.ts'
import { refuseDisplaced, superseded } from './nodes/freeze-node.ts'
import { requireGoodStanding } from './nodes/node-standing.ts'
import { noteContact } from './note-contact.ts'
import { findReconciliation, isReconciling } from './reconciliation.ts'
import type { IdentityRow, Reading, Writing } from './store/index.ts'
import { nodeFactsOfTicket } from './tickets.ts'

/** A node that showed an identity of ours on this very request. */
export interface NodeRequester {
  readonly identity: IdentityRow
  readonly node: NodeFacts
}

/**
 * The requester behind a client certificate, by the SHA-256 of its DER: what TLS says of the
 * connection is no authorisation. ERR_IDENTITY_UNKNOWN, ERR_IDENTITY_SUPERSEDED,
 * ERR_IDENTITY_REVOKED, ERR_IDENTITY_FORKED, ERR_NODE_QUARANTINED, ERR_NODE_REMOVED.
 */
export const identifyNode = async (
  authority: Authority,
  fingerprint: string,
): Promise<NodeRequester> => {
  const requester = await findRequester(authority, fingerprint)
  if ('displaced' in requester) throw await refuseDisplaced(authority, requester.displaced)
  await noteContact(authority, requester.identity)
  return requester
}

interface DisplacedIdentity {
  /** Another one has taken its place: whether that is a fork, the writing connection decides. */
  readonly displaced: IdentityRow
}

const findRequester = (
  authority: Authority,
  fingerprint: string,
): Promise<NodeRequester | DisplacedIdentity> =>
  authority.store.read(async (reading) => {
    const identity = await reading.findIdentity(fingerprint)
    if (!identity) throw await unknownIdentity(authority, reading)
    requireGoodStanding(identity.node, identity.nodeState)
    if (identity.revokedAt !== null) throw revoked(identity)
    if (identity.state === 'ended') throw superseded(identity)
    if (identity.state === 'retired' || identity.state === 'superseded')
      return { displaced: identity }
    if (new Date(identity.notAfter) < authority.clock()) {
      // By a clock that is wrong, nobody has expired.
      await requireGoodClock(authority)
      throw new EasycertsError(
        'ERR_CERTIFICATE_EXPIRED',
        `the identity of node ${identity.node} has expired`,
      )
    }
    await refuseUnsettled(authority, reading, identity)
    return { identity, node: await factsOf(reading, identity) }
  })

/** The refusal of an identity whose row says so. */
export const revoked = ({ node, revokedAt }: IdentityRow) =>
  new EasycertsError(
    'ERR_IDENTITY_REVOKED',
    `the identity of node ${node} was revoked at ${revokedAt ?? ''}`,
  )

/** After a restore, one that is not on record may be newer than the backup: see `adoptIdentity`. */
const unknownIdentity = async (
  { clock }: Authority,
  reading: Pick<Reading, 'findMeta'>,
): Promise<EasycertsError> =>
  isReconciling(await findReconciliation(reading), clock())
    ? new EasycertsError('ERR_IDENTITY_UNRECORDED', 'the restored records lack this identity')
    : new EasycertsError('ERR_IDENTITY_UNKNOWN', 'this CA issued no such identity')

/** One that was pending in the backup may have been confirmed since: its node says so by adoption. */
const refuseUnsettled = async (
  { clock }: Authority,
  reading: Pick<Reading, 'findMeta'>,
  identity: IdentityRow,
): Promise<void> => {
  if (identity.state !== 'pending') return
  const reconciliation = await findReconciliation(reading)
  if (!isReconciling(reconciliation, clock())) return
  const { validity } = parseCertificate(identity.certificate)
  if (issuedAtOf(validity) < new Date(reconciliation.since))
    throw new EasycertsError(
      'ERR_IDENTITY_UNRECORDED',
      `the restored records hold the identity of node ${identity.node} as not confirmed`,
    )
}

/** Until it is confirmed, an identity speaks for what its ticket said; then for what the record says. */
const factsOf = async (
  reading: Pick<Writing, 'findTicket' | 'findNode'>,
  identity: IdentityRow,
): Promise<NodeFacts> => {
  const ticket =
    identity.state === 'pending' && identity.ticketId !== null
      ? await reading.findTicket(identity.ticketId)
      : undefined
  if (ticket) return nodeFactsOfTicket(ticket, identity.node)
  const node = await reading.findNode(identity.node)
  if (!node)
    throw new EasycertsError('ERR_IDENTITY_UNKNOWN', `node ${identity.node} is not in the records`)
  const { name, role, hosts, clusterAdmin } = node
  return { name, role, hosts, clusterAdmin }
}
