import { OID } from '@easycerts/shared/asn1'
import {
  type BasicConstraints,
  type CertificateRequest,
  type Extension,
  type GeneralName,
  OCSP_NO_CHECK,
} from '@easycerts/shared/x509'
import { cfsslError } from '../protocol/index.ts'
import type { SigningProfile } from '../signing-config/index.ts'
import type { SignRequest, SignerRequest } from '../sign-request/index.ts'
import { EMPTY_NAME, type LegacyName, legacyNameOf, overrideSubject } from '../subject/index.ts'
import { classifyHost, orderNames } from '../subject-alt-name/index.ts'
import type { CertificateTemplate } from './certificate-template.ts'
import { policiesExtension } from './policies-extension.ts'
import { readRequestedConstraints } from './requested-constraints.ts'
import { usagesOfProfile } from './usages-of-profile.ts'

export interface TemplateWish {
  readonly profile: SigningProfile
  readonly csr: CertificateRequest
  readonly request: SignRequest & Partial<SignerRequest>
  /** basicConstraints of the CA that signs. */
  readonly issuer: BasicConstraints | undefined
  /** Extensions of the request replace those of the profile, where the profile says so. */
  readonly copiesExtensions: boolean
}

const NOT_PERMITTED = () => cfsslError(5300, 'Policy violation request')
const NOT_WHITELISTED = () => cfsslError(5500, 'Request does not match policy whitelist')

/** RFC 9345 §4.2: cfssl copies it whatever the profile says. */
const DELEGATION_USAGE = '1.3.6.1.4.1.44363.44'
const PRECERT_POISON: Extension = {
  oid: '1.3.6.1.4.1.11129.2.4.3',
  critical: true,
  value: Buffer.of(0x05, 0x00),
}

/** As the local signer of cfssl goes about it, in its order. CfsslFailure with its codes. */
export const buildTemplate = (wish: TemplateWish): CertificateTemplate => {
  const { profile, csr, request } = wish
  const taken = takenOver(wish)
  checkConstraints(wish, taken.constraints)
  const named = request.hosts ? request.hosts.map(classifyHost) : taken.names
  const subject = overrideSubject(request.subject, taken.subject)
  checkWhitelist(profile, subject, named)
  const crlUrl = request.crlOverride ? request.crlOverride : profile.crlUrl
  const { isCa } = profile.caConstraint
  return {
    subject,
    names: orderNames(isCa ? named.filter(({ kind }) => kind === 'ip') : named),
    publicKey: csr.publicKey,
    ...usagesOfProfile(profile),
    basicConstraints: constraintsOf(profile),
    ocspUrl: profile.ocspUrl,
    issuerUrls: profile.issuerUrls,
    crlUrl,
    extra: [
      ...taken.extensions,
      ...(profile.policies.length === 0 ? [] : [policiesExtension(profile.policies)]),
      ...(profile.isOcspNoCheck ? [OCSP_NO_CHECK] : []),
      ...allowedExtensions(wish),
      ...(request.returnPrecert === true ? [PRECERT_POISON] : []),
    ],
  }
}

/** What `CSRWhitelist` leaves of a request: all of it, where the profile has none. */
const takenOver = ({ profile, csr, copiesExtensions }: TemplateWish) => {
  const { requestWhitelist: only } = profile
  const subject: LegacyName = legacyNameOf(csr.subject)
  if (!only)
    return {
      subject,
      names: csr.names.map(asGoWrites),
      constraints: readRequestedConstraints(csr),
      extensions: [...csr.extensions.values()].filter(
        ({ oid }) =>
          oid === DELEGATION_USAGE ||
          (oid !== OID.basicConstraints && copiesExtensions && profile.copiesExtensions),
      ),
    }
  if (!only.publicKey) throw cfsslError(1000, 'x509: unsupported public key type: <nil>')
  const kinds: Readonly<Record<GeneralName['kind'], boolean>> = {
    dns: only.dnsNames,
    ip: only.ipAddresses,
    email: only.emailAddresses,
    uri: only.uris,
    other: false,
  }
  return {
    subject: only.subject ? subject : EMPTY_NAME,
    names: csr.names.filter(({ kind }) => kinds[kind]).map(asGoWrites),
    constraints: undefined,
    extensions: [],
  }
}

/** Go writes an address of IPv4 as one, in whatever form it was asked for. */
const asGoWrites = (name: GeneralName): GeneralName =>
  name.kind === 'ip' ? classifyHost(name.value) : name

const checkConstraints = (
  { profile, issuer }: TemplateWish,
  asked: BasicConstraints | undefined,
): void => {
  if (asked?.isCa !== true) return
  if (!profile.caConstraint.isCa) throw NOT_PERMITTED()
  const permitted = issuer?.pathLength
  if (permitted === undefined) return
  if (permitted === 0 || (asked.pathLength ?? -1) >= permitted) throw NOT_PERMITTED()
}

/** Addresses are not looked at, as cfssl does not; the policy of the key looks at them. */
const checkWhitelist = (
  { nameWhitelist }: SigningProfile,
  { commonName }: LegacyName,
  names: readonly GeneralName[],
): void => {
  if (!nameWhitelist) return
  const texts = names.filter(({ kind }) => kind !== 'ip' && kind !== 'other')
  const all = [...(commonName === '' ? [] : [commonName]), ...texts.map(({ value }) => value)]
  if (!all.every((text) => nameWhitelist.test(text))) throw NOT_WHITELISTED()
}

const allowedExtensions = ({ profile, request }: TemplateWish): readonly Extension[] => {
  const wished = request.extensions ?? []
  if (!wished.every(({ oid }) => profile.allowedExtensions.includes(oid)))
    throw cfsslError(1300, 'Invalid certificate request')
  return wished
}

const constraintsOf = ({ caConstraint }: SigningProfile): BasicConstraints => {
  const { isCa, maxPathLength, isMaxPathLengthZero } = caConstraint
  const hasLength = isCa && (maxPathLength > 0 || isMaxPathLengthZero)
  return { isCa, pathLength: hasLength ? maxPathLength : undefined }
}
