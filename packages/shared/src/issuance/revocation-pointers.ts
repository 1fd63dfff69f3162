import type { Profile, RevocationPolicy } from '../profile/index.ts'
import { type Duration, hours } from '../time/index.ts'
import {
  authorityInformationAccess,
  crlDistributionPoint,
  type Extension,
  NO_REV_AVAIL,
  OCSP_NO_CHECK,
} from '../x509/index.ts'

/** What the certificates of one issuer say of its CRL and its OCSP responder, encoded once. */
export type RevocationPointers = Readonly<Record<RevocationPolicy, readonly Extension[]>>

/** Where the public listener has what belongs to an issuer. */
export const publicPathsOf = (issuerId: string) => ({
  crl: `/crl/${issuerId}.crl`,
  certificate: `/issuer/${issuerId}.crt`,
  ocsp: `/ocsp/${issuerId}`,
})

/** `url` of the public listener, without a slash at its end; undefined: there is none to point to. */
export const revocationPointersOf = (
  url: string | undefined,
  issuerId: string,
): RevocationPointers => {
  const silent = { 'no-rev-avail': [NO_REV_AVAIL], none: [] }
  if (url === undefined) return { ...silent, crl: [], ocsp: [], 'crl-and-ocsp': [] }
  const paths = publicPathsOf(issuerId)
  const crl = crlDistributionPoint(url + paths.crl)
  const places = { ocsp: url + paths.ocsp, caIssuers: url + paths.certificate }
  const withOcsp = authorityInformationAccess(places)
  return {
    ...silent,
    crl: [crl, authorityInformationAccess({ caIssuers: places.caIssuers })],
    ocsp: [withOcsp],
    'crl-and-ocsp': [crl, withOcsp],
  }
}

/** A CRL is a day old at worst: who lives no longer gains nothing from being listed. */
const SHORT_LIFE = hours(24)

/** The profile's own policy, or the one that a life of this length deserves. */
export const revocationPolicyOf = ({ revocation }: Profile, life: Duration): RevocationPolicy =>
  revocation ?? (life <= SHORT_LIFE ? 'no-rev-avail' : 'crl')

/** The extensions of a certificate that speak of its revocation. */
export const revocationExtensionsOf = (
  profile: Profile,
  life: Duration,
  pointers: RevocationPointers,
): readonly Extension[] =>
  profile.usage === 'ocsp-signing' ? [OCSP_NO_CHECK] : pointers[revocationPolicyOf(profile, life)]
