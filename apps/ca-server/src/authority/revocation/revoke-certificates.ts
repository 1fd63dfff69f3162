import { parseNodeName } from '@easycerts/shared/cluster'
import { sha256Hex } from '@easycerts/shared/encoding'
import { isEasycertsError, reasonOf } from '@easycerts/shared/errors'
import type { RevocationReason } from '@easycerts/shared/revocation'
import { actorAt, type Authority } from '../authority.ts'
import type { CertificateRow, Writing } from '../store/index.ts'
import { endTicketsOfNode } from '../tickets.ts'
import type { CrlPublisher } from './crl-publisher.ts'
import type { PublishedCrl } from './issuer-crl.ts'
import type { OcspResponder } from './ocsp-responder.ts'
import { findRevocationTargets, type RevocationTarget } from './revocation-targets.ts'

export interface RevocationWish {
  readonly target: RevocationTarget
  readonly reason: RevocationReason
  /** For the log: 'operator root'. */
  readonly actor: string
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
  { target, reason, actor }: RevocationWish,
): Promise<RevocationOutcome> => {
  const { revoked, identities, tickets } = await authority.store.transact(async (writing) => {
    const ended = await endTickets(authority, writing, target, actor)
    const rows = await findRows(authority, writing, target, ended.length > 0)
    const entries: RevokedRow[] = []
    const fingerprints: string[] = []
    for (const certificate of rows) {
      entries.push(await revokeOne(authority, writing, { certificate, reason, actor }))
      fingerprints.push(...(await shutOut(authority, writing, certificate)))
    }
    return { revoked: entries, identities: fingerprints, tickets: ended }
  })
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

/** A node that has tickets only has no certificate to revoke, and that is no fault. */
const findRows = async (
  { clock }: Authority,
  writing: Writing,
  target: RevocationTarget,
  hadTickets: boolean,
): Promise<readonly CertificateRow[]> => {
  try {
    return await findRevocationTargets(writing, target, clock())
  } catch (error) {
    if (hadTickets && isEasycertsError(error) && error.code === 'ERR_CERTIFICATE_UNKNOWN') return []
    throw error
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
