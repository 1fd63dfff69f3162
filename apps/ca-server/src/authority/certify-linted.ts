import { EasycertsError } from '@easycerts/shared/errors'
import {
  describeRequester,
  type IntendedCertificate,
  intendedBy,
  type LintedTbsCertificate,
  nodeOfRequester,
  refusal,
  type Requester,
  signCertificate,
} from '@easycerts/shared/issuance'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { type Certificate, parseCertificate, type SerialNumber } from '@easycerts/shared/x509'
import { abandonIntent } from './abandon-intents.ts'
import { actorAt } from './actor-at.ts'
import type { Authority } from './authority.ts'
import { believeClock } from './held-clock.ts'
import type { Issuer } from './issuers.ts'
import type { Writing } from './store/index.ts'

/** A certificate that passed the lint, and what the records will say of it. */
export interface Certification {
  readonly linted: LintedTbsCertificate
  readonly issuer: Issuer
  /** The instant that it was built at. */
  readonly now: Date
  readonly requester: Requester
  /** Name of the profile, as the records and the events tell it. */
  readonly profile: string
  readonly subject: string
  readonly keyPin: PublicKeyPin
  /** False for the one certificate that is made by a clock that nobody believes. */
  readonly needsClock: boolean
  /** Checks and changes that must hold together with the intent. */
  readonly withIntent?: (writing: Writing) => Promise<void>
  /** Changes that must become true together with the certificate. */
  readonly withRecord?: (writing: Writing, certificate: Certificate) => Promise<void>
}

/** Intent durable, sign, record durable, event: the same for every certificate of this CA. */
export const certifyLinted = async (
  authority: Authority,
  certification: Certification,
): Promise<Certificate> => {
  const { linted, issuer, requester, profile } = certification
  const committed = await intend(authority, certification)
  const der = await signed(authority, issuer, intendedBy(linted, committed), committed)
  const certificate = parseCertificate(der)
  const isRevoked = await record(authority, certification, certificate)
  if (isRevoked)
    throw new EasycertsError('ERR_IDENTITY_REVOKED', 'what was asked for was revoked meanwhile')
  authority.events.issued({ requesterKind: requester.kind, profile, issuer: issuer.id })
  return certificate
}

const nodeOf = (requester: Requester): string | null => nodeOfRequester(requester)?.name ?? null

const intend = (
  authority: Authority,
  {
    linted,
    issuer,
    now,
    requester,
    needsClock,
    withIntent,
    profile,
    subject,
    keyPin,
  }: Certification,
): Promise<SerialNumber> =>
  authority.store.transact(async (writing) => {
    const { serialNumber, validity } = linted
    const node = nodeOf(requester)
    if (needsClock) await believeClock(authority, writing)
    await refuseForeignKey(writing, keyPin, node)
    await withIntent?.(writing)
    await writing.addIntent({
      issuerId: issuer.id,
      serialNumber,
      profile,
      node,
      subject,
      requester: describeRequester(requester),
      identity: requester.kind === 'node' ? requester.fingerprint : null,
      keyPin,
      notBefore: validity.notBefore.toISOString(),
      notAfter: validity.notAfter.toISOString(),
      intendedAt: now.toISOString(),
    })
    return serialNumber
  })

/** A token may refuse: nobody then waits for a certificate that will never be. */
const signed = async (
  authority: Authority,
  { id: issuerId, key }: Issuer,
  intended: IntendedCertificate,
  serialNumber: SerialNumber,
): Promise<Buffer> => {
  try {
    return signCertificate(intended, key)
  } catch (cause) {
    await abandonIntent(authority, { issuerId, serialNumber, cause })
    throw cause
  }
}

/** Whether it was revoked while it was signed. */
const record = (
  authority: Authority,
  { linted, issuer, now, requester, profile, subject, withRecord }: Certification,
  certificate: Certificate,
): Promise<boolean> =>
  authority.store.transact(async (writing) => {
    const { serialNumber, validity } = linted
    const node = nodeOf(requester)
    await writing.recordCertificate(issuer.id, serialNumber, certificate.der, now.toISOString())
    await writing.appendLog(
      actorAt(authority, 'certificate-issued', describeRequester(requester), {
        issuer: issuer.id,
        serialNumber,
        node,
        profile,
        subject,
        fingerprint: certificate.fingerprint,
        notAfter: validity.notAfter.toISOString(),
      }),
    )
    await withRecord?.(writing, certificate)
    return followRevocation(writing, issuer.id, certificate, node)
  })

/** Whoever revoked it while it was signed found no identity to revoke: there is one now. Whether so. */
const followRevocation = async (
  writing: Writing,
  issuerId: string,
  { serialNumber, pin }: Certificate,
  node: string | null,
): Promise<boolean> => {
  const revocation = await writing.findRevocation(issuerId, serialNumber)
  if (revocation && node !== null) await writing.revokeIdentities(node, pin, revocation.revokedAt)
  return revocation !== undefined
}

/** Two nodes with one key would be two nodes with one identity. */
const refuseForeignKey = async (
  writing: Writing,
  pin: PublicKeyPin,
  node: string | null,
): Promise<void> => {
  if ((await writing.findOtherHolder(pin, node)) !== undefined)
    throw refusal(
      'ERR_CSR_KEY_REJECTED',
      'key-of-one-holder',
      'this key is certified for another holder already',
      'make a new key; keys are never shared between nodes',
    )
}
