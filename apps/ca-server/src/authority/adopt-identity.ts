import type { NodeFacts } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import {
  type Certificate,
  formatName,
  isIssuedAfter,
  issuedAtOf,
  parseCertificate,
} from '@easycerts/shared/x509'
import { type AdoptionEvidence, verifyAdoption } from './adoption-evidence.ts'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import { retire } from './confirm-identity.ts'
import type { KeyedMutex } from './keyed-mutex.ts'
import { requireGoodStanding } from './nodes/node-standing.ts'
import { tellingContests } from './contested-adoption.ts'
import { findReconciliation, isReconciling, type Reconciliation } from './reconciliation.ts'
import type { IdentityRow, IdentityState, Writing } from './store/index.ts'
import { spendTicketUse } from './ticket-uses.ts'

export interface AdoptionWish {
  /** DER of the certificate that the connection was opened with, so its key was proved. */
  readonly certificate: Buffer
  readonly evidence: AdoptionEvidence
}

interface ProvenWish extends Pick<AdoptionWish, 'evidence'> {
  readonly certificate: Certificate
  readonly reconciliation: Reconciliation
}

/**
 * After a restore: takes an identity into the records that this CA issued after the backup was
 * made, if the log proves it and nothing on record speaks against it. It retires the one on record.
 * Repeating it is no fault. ERR_IDENTITY_UNKNOWN, ERR_IDENTITY_UNRECORDED, ERR_IDENTITY_SUPERSEDED,
 * ERR_IDENTITY_REVOKED, ERR_LOG_INCONSISTENT.
 */
export const adoptIdentity = async (
  authority: Authority,
  mutex: KeyedMutex,
  wish: AdoptionWish,
): Promise<string> => {
  const certificate = parseCertificate(wish.certificate)
  const reconciliation = await authority.store.read(findReconciliation)
  if (!isReconciling(reconciliation, authority.clock()))
    throw new EasycertsError('ERR_IDENTITY_UNKNOWN', 'this CA issued no such identity')
  return tellingContests(authority, certificate, () =>
    adoptProven(authority, mutex, { certificate, evidence: wish.evidence, reconciliation }),
  )
}

const adoptProven = async (
  authority: Authority,
  mutex: KeyedMutex,
  { certificate, evidence, reconciliation }: ProvenWish,
): Promise<string> => {
  const known = await authority.store.read((reading) =>
    reading.findIdentity(certificate.fingerprint),
  )
  const name = known?.node ?? verifyAdoption(authority.log, reconciliation, certificate, evidence)
  await mutex.run(`node ${name}`, () =>
    authority.store.transact(async (writing) => {
      const recorded = await writing.findIdentity(certificate.fingerprint)
      if (recorded?.state === 'current') return
      await checkTicketOf(writing, recorded, reconciliation)
      await adopt(authority, writing, { name, certificate, recorded })
    }),
  )
  return name
}

/** One that was pending in the backup: what its ticket was worth then, before the restore ended it. */
const checkTicketOf = async (
  writing: Writing,
  recorded: IdentityRow | undefined,
  { since }: Reconciliation,
): Promise<void> => {
  if (recorded?.state !== 'pending' || recorded.ticketId === null) return
  const ticket = await writing.findTicket(recorded.ticketId)
  if (!ticket || (ticket.revokedAt !== null && ticket.revokedAt !== since))
    throw new EasycertsError('ERR_TICKET_REVOKED', 'the ticket was revoked')
  const current = await writing.findIdentityOfNode(recorded.node, 'current')
  if (current && !ticket.replace)
    throw new EasycertsError('ERR_NODE_EXISTS', 'the node has joined already, by another ticket')
  await spendTicketUse(writing, ticket.id, recorded.keyPin, since)
}

interface Candidate {
  readonly name: string
  readonly certificate: Certificate
  /** Its row, where the backup had it already. */
  readonly recorded: IdentityRow | undefined
}

const adopt = async (
  authority: Authority,
  writing: Writing,
  candidate: Candidate,
): Promise<void> => {
  const { name, certificate, recorded } = candidate
  const node = await writing.findNode(name)
  if (!node)
    throw new EasycertsError(
      'ERR_IDENTITY_UNRECORDED',
      `node ${name} joined after the backup was made`,
      { hint: 'join it again with a new ticket: what it may have is not on record' },
    )
  requireGoodStanding(name, node.state)
  await refuseUnworthy(authority, writing, candidate)
  const at = authority.clock().toISOString()
  const current = await writing.findIdentityOfNode(name, 'current')
  const pending = await writing.findPendingRenewal(name)
  if (current) await retire(authority, writing, current)
  if (pending && pending.fingerprint !== certificate.fingerprint)
    await writing.setIdentityState(pending.fingerprint, 'superseded', at)
  if (recorded) await writing.setIdentityState(recorded.fingerprint, 'current', at)
  else await record(authority, writing, node, certificate)
  await writing.putNode({ ...node, state: 'joined', stateReason: null, stateSince: at })
  await writing.touchNode(name, at)
  const { fingerprint, serialNumber } = certificate
  const body = { node: name, serialNumber, fingerprint, retired: current?.fingerprint ?? null }
  await writing.appendLog(actorAt(authority, 'identity-adopted', `node ${name}`, body))
}

/** What the restored records say against it counts more than what the lost ones said for it. */
const refuseUnworthy = async (
  { issuers, clock }: Authority,
  writing: Writing,
  { name, certificate, recorded }: Candidate,
): Promise<void> => {
  const { serialNumber, validity, pin } = certificate
  if (await writing.findRevocation(issuers.enrolment.id, serialNumber))
    throw new EasycertsError('ERR_IDENTITY_REVOKED', `this identity of ${name} was revoked`)
  const current = await writing.findIdentityOfNode(name, 'current')
  const lastRevocation = await writing.findLastRevocationOfNode(name)
  // Whoever was revoked later than this was issued lost this one with it, on record or not.
  const isEnded = lastRevocation !== undefined && new Date(lastRevocation) >= issuedAtOf(validity)
  if (isEnded)
    throw new EasycertsError('ERR_IDENTITY_REVOKED', `node ${name} was revoked after this identity`)
  const isOlder = current && !isIssuedAfter(certificate, parseCertificate(current.certificate))
  if (isOlder || DISPLACED.some((state) => recorded?.state === state))
    throw new EasycertsError(
      'ERR_IDENTITY_SUPERSEDED',
      `a newer identity of node ${name} has taken its place`,
    )
  if (validity.notAfter < clock())
    throw new EasycertsError('ERR_CERTIFICATE_EXPIRED', `the identity of node ${name} has expired`)
  if ((await writing.findOtherHolder(pin, name)) !== undefined)
    throw new EasycertsError(
      'ERR_CSR_KEY_REJECTED',
      'this key is certified for another holder already',
    )
}

const DISPLACED: readonly IdentityState[] = ['retired', 'superseded', 'ended']

/** As its issuance would have left it. */
const record = async (
  { issuers, clock }: Authority,
  writing: Writing,
  { name }: Pick<NodeFacts, 'name'>,
  certificate: Certificate,
): Promise<void> => {
  const { serialNumber, validity, pin, der, fingerprint, subject } = certificate
  const issuerId = issuers.enrolment.id
  const [notBefore, notAfter] = [validity.notBefore.toISOString(), validity.notAfter.toISOString()]
  await writing.addIntent({
    issuerId,
    serialNumber,
    profile: 'node-identity',
    node: name,
    subject: formatName(subject),
    requester: `node ${name}`,
    identity: null,
    keyPin: pin,
    notBefore,
    notAfter,
    intendedAt: clock().toISOString(),
  })
  await writing.recordCertificate(issuerId, serialNumber, der, notBefore)
  const identity = { fingerprint, node: name, certificate: der, keyPin: pin, ticketId: null }
  await writing.addIdentity({ ...identity, state: 'current', notAfter })
}
