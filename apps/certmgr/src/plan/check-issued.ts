import { OID } from '@easycerts/shared/asn1'
import type { ClusterFacts, NodeFacts } from '@easycerts/shared/cluster'
import { authorize, type Grant } from '@easycerts/shared/issuance'
import type { ExportableKey } from '@easycerts/shared/key'
import { BUILT_IN_PROFILES, type CertificateUsage } from '@easycerts/shared/profile'
import {
  type Certificate,
  findOutOfDate,
  formatGeneralName,
  isSignedBy,
} from '@easycerts/shared/x509'

export interface Issued {
  readonly certificate: Certificate
  readonly key: ExportableKey
  readonly profile: string
  /** With its issuers, each of which must have signed the one before. */
  readonly chain?: readonly Certificate[]
}

export interface Expectations {
  readonly authorities: readonly Certificate[]
  readonly facts: { readonly cluster: ClusterFacts; readonly node: NodeFacts }
  readonly now: Date
}

/** Why a certificate must not reach its consumer; undefined for one that may. */
export const objectionTo = (
  { certificate, key, profile, chain = [] }: Issued,
  { authorities, facts, now }: Expectations,
): string | undefined => {
  if (certificate.pin !== key.publicKey.pin) return 'is for another key'
  const isKnown = authorities.some(
    (authority) =>
      certificate.issuer.equals(authority.subjectDer) && isSignedBy(certificate, authority),
  )
  if (!isKnown) return 'is of a CA that no bundle holds'
  if (findOutOfDate([certificate], now)) return 'is not valid now, by the clock of this machine'
  if (!chain.every((each, index) => index === 0 || isIssuer(each, chain[index - 1])))
    return 'comes with issuers that are not its own'
  const grant = grantOf(profile, facts)
  return (grant && nameObjection(certificate, grant)) ?? usageObjection(certificate, profile)
}

const isIssuer = (issuer: Certificate, issued: Certificate | undefined): boolean =>
  issued !== undefined && issued.issuer.equals(issuer.subjectDer) && isSignedBy(issued, issuer)

/** What our own table says of a profile; a CA may have profiles of its own that it does not list. */
const grantOf = (name: string, facts: Expectations['facts']): Grant | undefined => {
  const profile = BUILT_IN_PROFILES.find((known) => known.name === name)
  const mayHaveIt = profile?.roles.includes(facts.node.role) === true
  if (!profile || !mayHaveIt || (profile.clusterAdmin === true && !facts.node.clusterAdmin))
    return undefined
  return authorize(
    { kind: 'node', node: facts.node, fingerprint: '' },
    profile,
    facts,
    profile.life,
  )
}

/** More names than we know of are the CA's business; fewer would break the consumer. */
const nameObjection = ({ names }: Certificate, { hosts }: Grant): string | undefined => {
  const present = new Set(names.map(formatGeneralName))
  const missing = hosts.find((host) => !present.has(formatGeneralName(host)))
  return missing && `lacks the name ${missing.value}`
}

const PURPOSES: Readonly<Record<CertificateUsage, readonly string[]>> = {
  client: [OID.clientAuth],
  server: [OID.serverAuth],
  peer: [OID.serverAuth, OID.clientAuth],
  'token-signing': [OID.jwt],
  'ocsp-signing': [OID.OCSPSigning],
  'document-signing': [OID.documentSigning],
}

/** What a certificate lacks of the usages that our own table gives its profile. */
export const usageObjection = (
  { extendedKeyUsage = [] }: Pick<Certificate, 'extendedKeyUsage'>,
  name: string,
): string | undefined => {
  const profile = BUILT_IN_PROFILES.find((known) => known.name === name)
  return !profile || PURPOSES[profile.usage].every((each) => extendedKeyUsage.includes(each))
    ? undefined
    : `is not for use as ${profile.usage}`
}
