import { EasycertsError } from '../errors/index.ts'
import type { KeyAlgorithm, PublicKey } from '../key/index.ts'
import type { CertificateUsage, IssuerPurpose } from '../profile/index.ts'
import { addDuration, minutes } from '../time/index.ts'
import {
  buildValidity,
  type ExtendedKeyUsage,
  type KeyUsage,
  type SerialNumber,
  type TbsCertificate,
} from '../x509/index.ts'
import type { Grant } from './authorize.ts'

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
}

const EXTENDED_KEY_USAGES: Readonly<Record<CertificateUsage, readonly ExtendedKeyUsage[]>> = {
  client: ['clientAuth'],
  server: ['serverAuth'],
  peer: ['serverAuth', 'clientAuth'],
}

// Kubernetes: key encipherment is for RSA only, and forbidden beside other keys.
const keyUsagesOf = (publicKey: PublicKey): KeyUsage[] =>
  publicKey.algorithm.startsWith('rsa')
    ? ['digitalSignature', 'keyEncipherment']
    : ['digitalSignature']

/** A certificate that would be useless within minutes is refused instead. */
const MIN_REMAINING = minutes(1)

/** The certificate that will be signed; ERR_ISSUER_EXPIRES_FIRST if the issuer is about to end. */
export const buildTbs = (
  grant: Grant,
  publicKey: PublicKey,
  issuer: IssuerFacts,
  { serialNumber, now }: { readonly serialNumber: SerialNumber; readonly now: Date },
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
    validity: buildValidity(now, grant.life, issuer.notAfter),
    subject: grant.subject,
    publicKey,
    keyUsage: keyUsagesOf(publicKey),
    extendedKeyUsage: EXTENDED_KEY_USAGES[grant.profile.usage],
    names: [...grant.hosts, ...grant.uris.map((value) => ({ kind: 'uri', value }) as const)],
  }
}
