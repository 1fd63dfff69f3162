import { parseNodeName } from '@easycerts/shared/cluster'
import { sha256Hex } from '@easycerts/shared/encoding'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import type { OperatorRequester } from '@easycerts/shared/issuance'
import type { RevocationReason } from '@easycerts/shared/revocation'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import { requireMayManage } from '../nodes/manageable-node.ts'
import type { CertificateRow, IdentityRow, Writing } from '../store/index.ts'
import { endTicketsOfNode } from '../tickets.ts'
import type { CrlPublisher } from './crl-publisher.ts'
import type { PublishedCrl } from './issuer-crl.ts'
import type { OcspResponder } from './ocsp-responder.ts'
import {
  findRevocationTargets,
  type RevocationTarget,
  type RevocationTargets,
} from './revocation-targets.ts'

export interface RevocationWish {
  readonly target: RevocationTarget
  readonly reason: RevocationReason
  /** For the log: 'operator root'. */
  readonly actor: string
  /** Who wants it, where that decides whether it may be; left out: the CA host itself. */
  readonly operator?: OperatorRequester
  /** Changes that must become true together with the revocation; they run first. */
  readonly alongside?: (writing: Writing) => Promise<void>
}

export interface RevokedRow {
  readonly certificate: CertificateRow
  readonly reason: RevocationReason
  readonly revokedAt: string
  /** It had been revoked before; reason and time are those of then. */
  readonly wasRevoked: boolean
}

/** How the world learns of it: by a CRL with a number, or why not yet. */
export interface PublicationOutcome {
  readonly issuerId: string
  readonly crl: PublishedCrl | undefined
  readonly failure: string | undefined
}

export interface RevocationOutcome {
  readonly revoked: readonly RevokedRow[]
  /** Fingerprints of the certificates that this CA itself refuses from now on. */
  readonly identities: readonly string[]
  /** Ids of the tickets by which the node could have joined again. */
  readonly tickets: readonly string[]
  readonly publications: readonly PublicationOutcome[]
}

/** Where a revocation is told; the CA itself refuses the identity by its records. */
export interface RevocationChannels {
  readonly crls: CrlPublisher
  readonly ocsp: OcspResponder
  /** Closes the connections of these identities, at once. */
  readonly disconnect: (fingerprints: readonly string[]) => void
}

/**
 * Revokes for good, all or nothing, then tells everybody. Revoking twice is no fault, and tells
 * again. Once the records say so nothing takes it back: a CRL that cannot be published now is
 * reported, and published as soon as it can be.
 */
export const revokeCertificates = async (
  authority: Authority,
  { crls, ocsp, disconnect }: RevocationChannels,
  wish: RevocationWish,
): Promise<RevocationOutcome> => {
  const { reason } = wish
  const { revoked, identities, tickets } = await authority.store.transact((writing) =>
    revokeIn(authority, writing, wish),
  )
  disconnect(identities)
  for (const { certificate, wasRevoked } of revoked)
    if (!wasRevoked) authority.events.revoked({ issuer: certificate.issuerId, reason })
  const issuerIds = [...new Set(revoked.map(({ certificate }) => certificate.issuerId))]
  issuerIds.forEach((issuerId) => ocsp.forget(issuerId))
  const publications = await Promise.all(issuerIds.map((issuerId) => publish(crls, issuerId)))
  return { revoked, identities, tickets, publications }
}

/** A node that is revoked does not come back by a ticket of before. */
const endTickets = async (
  authority: Authority,
  writing: Writing,
  target: RevocationTarget,
  actor: string,
): Promise<readonly string[]> =>
  target.kind === 'node'
    ? endTicketsOfNode(authority, writing, actor, parseNodeName(target.node))
    : []

const revokeIn = async (
  authority: Authority,
  writing: Writing,
  { target, reason, actor, operator, alongside }: RevocationWish,
): Promise<Pick<RevocationOutcome, 'revoked' | 'identities' | 'tickets'>> => {
  await alongside?.(writing)
  const targets = await findRevocationTargets(writing, target, authority.clock())
  if (operator) await refuseMasters(writing, operator, targets)
  const tickets = await endTickets(authority, writing, target, actor)
  // A node that has tickets only, or expired identities, has no certificate to revoke: no fault.
  if (targets.certificates.length + targets.identities.length + tickets.length === 0)
    throw new EasycertsError('ERR_CERTIFICATE_UNKNOWN', 'there is nothing to revoke there')
  const revoked: RevokedRow[] = []
  const identities: string[] = []
  for (const certificate of targets.certificates) {
    revoked.push(await revokeOne(authority, writing, { certificate, reason, actor }))
    identities.push(...(await shutOut(authority, writing, certificate)))
  }
  await shutOutExpired(authority, writing, targets.identities, { reason, actor })
  return { revoked, identities, tickets }
}

/** An operator certificate that was stolen must not take the masters' access away. */
const refuseMasters = async (
  writing: Writing,
  operator: OperatorRequester,
  { certificates, identities }: RevocationTargets,
): Promise<void> => {
  const names = new Set([...certificates, ...identities].map(({ node }) => node))
  for (const name of names) {
    const node = name === null ? undefined : await writing.findNode(name)
    if (node) requireMayManage(operator, node)
  }
}

/** What has expired has nothing to be revoked, but its key must not bring its node back either. */
const shutOutExpired = async (
  authority: Authority,
  writing: Writing,
  identities: readonly IdentityRow[],
  { reason, actor }: Pick<RevocationWish, 'reason' | 'actor'>,
): Promise<void> => {
  for (const { node, keyPin, fingerprint } of identities) {
    const fresh = await writing.findIdentity(fingerprint)
    if (fresh?.revokedAt !== null) continue
    await writing.revokeIdentities(node, keyPin, authority.clock().toISOString())
    const body = { node, fingerprint, reason }
    await writing.appendLog(actorAt(authority, 'identity-revoked', actor, body))
  }
}

const revokeOne = async (
  authority: Authority,
  writing: Writing,
  wish: {
    readonly certificate: CertificateRow
    readonly reason: RevocationReason
    readonly actor: string
  },
): Promise<RevokedRow> => {
  const { certificate, reason, actor } = wish
  const { issuerId, serialNumber, notAfter, profile, node, subject } = certificate
  const known = await writing.findRevocation(issuerId, serialNumber)
  if (known)
    return { certificate, reason: known.reason, revokedAt: known.revokedAt, wasRevoked: true }
  const revokedAt = authority.clock().toISOString()
  await writing.addRevocation({ issuerId, serialNumber, reason, revokedAt, notAfter })
  const body = { issuer: issuerId, serialNumber, reason, profile, node, subject }
  await writing.appendLog(actorAt(authority, 'certificate-revoked', actor, body))
  return { certificate, reason, revokedAt, wasRevoked: false }
}

/** Whoever came to the CA with this certificate comes no more; by what fingerprint they are known. */
const shutOut = async (
  authority: Authority,
  writing: Writing,
  { issuerId, serialNumber, profile, node, keyPin }: CertificateRow,
): Promise<readonly string[]> => {
  if (issuerId !== authority.issuers.enrolment.id) return []
  if (profile === 'node-identity' && node !== null)
    await writing.revokeIdentities(node, keyPin, authority.clock().toISOString())
  const der = (await writing.findCertificate(issuerId, serialNumber))?.der
  return der ? [sha256Hex(der)] : []
}

const publish = async (crls: CrlPublisher, issuerId: string): Promise<PublicationOutcome> => {
  try {
    return { issuerId, crl: await crls.publishChanges(issuerId), failure: undefined }
  } catch (error) {
    return { issuerId, crl: crls.current(issuerId), failure: reasonOf(error) }
  }
}
