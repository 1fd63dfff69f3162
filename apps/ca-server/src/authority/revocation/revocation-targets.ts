import { parseNodeName } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import { type SerialNumber, serialNumberOf } from '@easycerts/shared/x509'
import type { CertificateRow, IdentityRow, Reading } from '../store/index.ts'

/** What is to be revoked: one certificate, all of a node, or all that one identity asked for. */
export type RevocationTarget =
  | { readonly kind: 'serial'; readonly serialNumber: string; readonly issuer: string | undefined }
  | { readonly kind: 'node'; readonly node: string }
  /** A fingerprint, or a node for its current identity. */
  | { readonly kind: 'identity'; readonly identity: string }

/** What a revocation takes back. */
export interface RevocationTargets {
  /** Those that have not ended. */
  readonly certificates: readonly CertificateRow[]
  /** Those that have expired too: one may return after an absence, or be adopted after a restore. */
  readonly identities: readonly IdentityRow[]
}

/** Of one node; it gets a new one every few weeks. */
const MAX_IDENTITIES = 10_000

/** What is behind a target, which may be nothing. ERR_CERTIFICATE_UNKNOWN, ERR_USAGE. */
export const findRevocationTargets = async (
  reading: Reading,
  target: RevocationTarget,
  now: Date,
): Promise<RevocationTargets> => {
  switch (target.kind) {
    case 'serial':
      return { certificates: [await findBySerial(reading, target)], identities: [] }
    case 'node': {
      const node = parseNodeName(target.node)
      return {
        certificates: await reading.listCertificatesOfNode(node, now.toISOString()),
        identities: await reading.listIdentitiesOfNode(node, MAX_IDENTITIES),
      }
    }
    case 'identity':
      return findOfIdentity(reading, target.identity, now)
  }
}

const unknown = (what: string) => new EasycertsError('ERR_CERTIFICATE_UNKNOWN', what)

/** Hex as people copy it: with colons, upper case, or the zeros that openssl prints in front. */
const parseSerialNumber = (text: string): SerialNumber => {
  const hex = text.replaceAll(':', '').toLowerCase()
  if (!/^[0-9a-f]{1,42}$/.test(hex))
    throw new EasycertsError(
      'ERR_USAGE',
      `"${text.slice(0, 60)}" is not a serial number in hexadecimal`,
    )
  return serialNumberOf(Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'))
}

const findBySerial = async (
  reading: Reading,
  { serialNumber: text, issuer }: RevocationTarget & { kind: 'serial' },
): Promise<CertificateRow> => {
  const serialNumber = parseSerialNumber(text)
  const issuers = (await reading.listIssuers()).filter(({ id }) => (issuer ?? id) === id)
  if (issuers.length === 0) throw unknown(`there is no issuer "${issuer?.slice(0, 60) ?? ''}"`)
  const rows = await Promise.all(issuers.map(({ id }) => reading.findCertificate(id, serialNumber)))
  const [found, another] = rows.filter((row) => row !== undefined)
  if (!found) throw unknown(`no certificate with serial number ${serialNumber} was issued here`)
  if (another)
    throw new EasycertsError('ERR_USAGE', `two issuers gave the serial number ${serialNumber}`, {
      hint: `say which one: --issuer ${found.issuerId}, or --issuer ${another.issuerId}`,
    })
  return found
}

const FINGERPRINT = /^[0-9a-f]{64}$/

const findOfIdentity = async (
  reading: Reading,
  text: string,
  now: Date,
): Promise<RevocationTargets> => {
  const identity = FINGERPRINT.test(text)
    ? await reading.findIdentity(text)
    : await reading.findIdentityOfNode(parseNodeName(text), 'current')
  if (!identity) throw unknown(`there is no identity ${text.slice(0, 80)}`)
  // Expired ones too: the way from an identity to its successors may lead over them.
  const ofNode = await reading.listCertificatesOfNode(identity.node, '')
  const ofIdentity = new Set([identity.fingerprint])
  const keys = new Set<string>([identity.keyPin])
  // What it asked for, and what the successors that it asked for asked for: by date, so one way.
  for (const row of [...ofNode].sort((a, b) => (a.intendedAt < b.intendedAt ? -1 : 1))) {
    if (row.identity === null || !ofIdentity.has(row.identity)) continue
    keys.add(row.keyPin)
    const successor = await reading.findIdentityByKey(row.node ?? '', row.keyPin)
    if (successor) ofIdentity.add(successor.fingerprint)
  }
  const identities = await reading.listIdentitiesOfNode(identity.node, MAX_IDENTITIES)
  return {
    certificates: ofNode.filter(
      (row) =>
        row.notAfter > now.toISOString() &&
        ((row.identity !== null && ofIdentity.has(row.identity)) ||
          (row.profile === 'node-identity' && keys.has(row.keyPin))),
    ),
    identities: identities.filter(({ fingerprint }) => ofIdentity.has(fingerprint)),
  }
}
