import {
  type AuthorizationFacts,
  authorize,
  buildTbs,
  checkRequest,
  type Grant,
  lint,
  type LintedTbsCertificate,
  nodeOfRequester,
  refusal,
  type Requester,
} from '@easycerts/shared/issuance'
import type { TemplateFacts } from '@easycerts/shared/profile'
import type { Duration } from '@easycerts/shared/time'
import {
  buildSerialNumber,
  type Certificate,
  type CertificateRequest,
  formatSubject,
  SERIAL_RANDOM_OCTETS,
} from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { certifyLinted } from './certify-linted.ts'
import type { Issuer } from './issuers.ts'
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
  const { request, requester, withIntent, withRecord } = wish
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
  return certifyLinted(authority, {
    linted,
    issuer,
    now,
    requester,
    needsClock,
    profile: profile.name,
    subject: formatSubject(grant.subject),
    keyPin: request.publicKey.pin,
    ...(withIntent ? { withIntent } : {}),
    ...(withRecord ? { withRecord } : {}),
  })
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
