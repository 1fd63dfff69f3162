import { EasycertsError } from '../errors/index.ts'
import type { KeyAlgorithm, PublicKey } from '../key/index.ts'
import type { CertificateUsage, IssuerPurpose } from '../profile/index.ts'
import { addDuration, minutes } from '../time/index.ts'
import {
  buildValidity,
  type Certificate,
  type ExtendedKeyUsage,
  type KeyUsage,
  type NameConstraints,
  type SerialNumber,
  type TbsCertificate,
  type Validity,
} from '../x509/index.ts'
import type { Grant } from './grant.ts'
import {
  revocationExtensionsOf,
  type RevocationPointers,
  revocationPointersOf,
} from './revocation-pointers.ts'

/** Our signing identity, as the pipeline sees it: everything but the key. */
export interface IssuerFacts {
  readonly id: string
  readonly purpose: IssuerPurpose
  /** DER of its subject. */
  readonly subject: Buffer
  readonly keyIdentifier: Buffer
  readonly signatureAlgorithm: KeyAlgorithm
  readonly notBefore: Date
  readonly notAfter: Date
  /** Of the issuer and of every CA above it; all of them bind. */
  readonly nameConstraints: readonly NameConstraints[]
  /** What the issuer's own certificate allows it, then those above it up to the root. */
  readonly authorities: readonly Pick<Certificate, 'basicConstraints' | 'keyUsage'>[]
}

const EXTENDED_KEY_USAGES: Readonly<Record<CertificateUsage, readonly ExtendedKeyUsage[]>> = {
  client: ['clientAuth'],
  server: ['serverAuth'],
  peer: ['serverAuth', 'clientAuth'],
  'token-signing': ['jwt'],
  'ocsp-signing': ['OCSPSigning'],
  'document-signing': ['documentSigning'],
}

// Kubernetes: key encipherment is for RSA only, and forbidden beside other keys.
const keyUsagesOf = (publicKey: PublicKey): KeyUsage[] =>
  publicKey.algorithm.startsWith('rsa')
    ? ['digitalSignature', 'keyEncipherment']
    : ['digitalSignature']

/** What a certificate says that neither policy nor the issuer knows. */
export interface TbsFacts {
  readonly serialNumber: SerialNumber
  readonly now: Date
  /** Left out: the certificate points nowhere. */
  readonly pointers?: RevocationPointers
}

const NO_POINTERS = revocationPointersOf(undefined, '')

/** A certificate that would be useless within minutes is refused instead. */
const MIN_REMAINING = minutes(1)

/** An issuer that an external root has just certified is younger than our backdating. */
const notBeforeIssuer = ({ notBefore, notAfter }: Validity, issuer: IssuerFacts): Validity => ({
  notBefore: notBefore < issuer.notBefore ? issuer.notBefore : notBefore,
  notAfter,
})

/** The certificate that will be signed; ERR_ISSUER_EXPIRES_FIRST if the issuer is about to end. */
export const buildTbs = (
  grant: Grant,
  publicKey: PublicKey,
  issuer: IssuerFacts,
  { serialNumber, now, pointers = NO_POINTERS }: TbsFacts,
): TbsCertificate => {
  if (issuer.notAfter < addDuration(now, MIN_REMAINING))
    throw new EasycertsError(
      'ERR_ISSUER_EXPIRES_FIRST',
      `issuer ${issuer.id} ends at ${issuer.notAfter.toISOString()}`,
    )
  return {
    serialNumber,
    signatureAlgorithm: issuer.signatureAlgorithm,
    issuer: issuer.subject,
    issuerKeyIdentifier: issuer.keyIdentifier,
    validity: notBeforeIssuer(buildValidity(now, grant.life, issuer.notAfter), issuer),
    subject: grant.subject,
    publicKey,
    keyUsage: keyUsagesOf(publicKey),
    extendedKeyUsage: EXTENDED_KEY_USAGES[grant.profile.usage],
    names: [...grant.hosts, ...grant.uris.map((value) => ({ kind: 'uri', value }) as const)],
    revocation: revocationExtensionsOf(grant.profile, grant.life, pointers),
  }
}
