import { EasycertsError } from '@easycerts/shared/errors'
import {
  type AuthorizationFacts,
  authorize,
  buildTbs,
  checkRequest,
  describeRequester,
  type Grant,
  type IntendedCertificate,
  intendedBy,
  lint,
  type LintedTbsCertificate,
  nodeOfRequester,
  refusal,
  type Requester,
  signCertificate,
} from '@easycerts/shared/issuance'
import type { PublicKeyPin } from '@easycerts/shared/key'
import type { TemplateFacts } from '@easycerts/shared/profile'
import type { Duration } from '@easycerts/shared/time'
import {
  buildSerialNumber,
  type Certificate,
  type CertificateRequest,
  formatSubject,
  parseCertificate,
  SERIAL_RANDOM_OCTETS,
  type SerialNumber,
} from '@easycerts/shared/x509'
import { abandonIntent } from './abandon-intents.ts'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import type { Issuer } from './issuers.ts'
import { believeClock } from './held-clock.ts'
import { requireGoodClock } from './held-clock.ts'
import { tellingRefusals } from './refusals.ts'
import { refuseKeyOfCa } from './refuse-key-of-ca.ts'
import type { Writing } from './store/index.ts'

/** One wish for a certificate. The hooks run inside the two transactions that frame the signature. */
export interface IssuanceWish {
  readonly request: CertificateRequest
  readonly profile: string
  readonly requester: Requester
  /** What templates may speak of beside the requester's own node. */
  readonly facts?: Pick<TemplateFacts, 'request' | 'caServer'>
  /** Where the requester may choose; already within policy. */
  readonly life?: Duration
  /** Checks and changes that must hold together with the intent. */
  readonly withIntent?: (writing: Writing) => Promise<void>
  /** Changes that must become true together with the certificate. */
  readonly withRecord?: (writing: Writing, certificate: Certificate) => Promise<void>
}

/**
 * The one way to a certificate: authorise, build, lint, intent durable, sign, record durable,
 * answer. The types allow no other order.
 */
export const issueCertificate = (authority: Authority, wish: IssuanceWish): Promise<Certificate> =>
  tellingRefusals(authority, wish, () => issue(authority, wish))

const issue = async (authority: Authority, wish: IssuanceWish): Promise<Certificate> => {
  const { request, requester } = wish
  const grant = grantOf(authority, wish)
  checkRequest(request, grant)
  refuseKeyOfCa(authority, requester, request.publicKey)
  const { profile } = grant

  // Without a certificate of its own the CA could not tell anybody that its clock is wrong.
  const needsClock = profile.name !== 'ca-server'
  if (needsClock) await requireGoodClock(authority)

  const issuer = authority.issuers[profile.issuer]
  const now = authority.clock()
  const linted = lintedOf(authority, { grant, request, issuer, now })
  const { serialNumber } = linted
  const node = nodeOfRequester(requester)?.name ?? null
  const committed = await authority.store.transact(async (writing) => {
    if (needsClock) await believeClock(authority, writing)
    await refuseForeignKey(writing, request.publicKey.pin, node)
    await wish.withIntent?.(writing)
    await writing.addIntent({
      issuerId: issuer.id,
      serialNumber,
      profile: profile.name,
      node,
      subject: formatSubject(grant.subject),
      requester: describeRequester(requester),
      identity: requester.kind === 'node' ? requester.fingerprint : null,
      keyPin: request.publicKey.pin,
      notBefore: linted.validity.notBefore.toISOString(),
      notAfter: linted.validity.notAfter.toISOString(),
      intendedAt: now.toISOString(),
    })
    return serialNumber
  })

  const der = await signed(authority, issuer, intendedBy(linted, committed), serialNumber)
  const certificate = parseCertificate(der)
  const isRevoked = await authority.store.transact(async (writing) => {
    await writing.recordCertificate(issuer.id, serialNumber, der, now.toISOString())
    await writing.appendLog(
      actorAt(authority, 'certificate-issued', describeRequester(requester), {
        issuer: issuer.id,
        serialNumber,
        node,
        profile: profile.name,
        subject: formatSubject(grant.subject),
        fingerprint: certificate.fingerprint,
        notAfter: linted.validity.notAfter.toISOString(),
      }),
    )
    await wish.withRecord?.(writing, certificate)
    return followRevocation(writing, issuer.id, certificate, node)
  })
  if (isRevoked)
    throw new EasycertsError('ERR_IDENTITY_REVOKED', 'what was asked for was revoked meanwhile')
  authority.events.issued({
    requesterKind: requester.kind,
    profile: profile.name,
    issuer: issuer.id,
  })
  return certificate
}

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

const lintedOf = (
  authority: Authority,
  {
    grant,
    request,
    issuer,
    now,
  }: {
    readonly grant: Grant
    readonly request: CertificateRequest
    readonly issuer: Issuer
    readonly now: Date
  },
): LintedTbsCertificate => {
  const serialNumber = buildSerialNumber(now, authority.random(SERIAL_RANDOM_OCTETS))
  const pointers = authority.revocationPointers(issuer)
  const tbs = buildTbs(grant, request.publicKey, issuer, { serialNumber, now, pointers })
  return lint(tbs, grant, issuer)
}

/** By the policy of this moment, whatever is in force when the certificate is recorded. */
const grantOf = (authority: Authority, wish: IssuanceWish): Grant => {
  const profile = authority.policy.current().profiles.get(wish.profile)
  if (!profile)
    throw refusal(
      'ERR_PROFILE_UNKNOWN',
      'profile-known',
      `there is no profile "${wish.profile.slice(0, 60)}"`,
    )
  return authorize(wish.requester, profile, factsOf(authority, wish), wish.life ?? profile.life)
}

/** A certificate speaks of the node that asks, and of no other. */
const factsOf = (
  { cluster, hosts }: Authority,
  { requester, facts }: IssuanceWish,
): AuthorizationFacts => {
  const node = nodeOfRequester(requester)
  return { cluster, caHosts: hosts, ...(node ? { node } : {}), ...facts }
}

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
