import type { IssuerFacts } from '@easycerts/shared/issuance'
import type { PublicKeyPin, SigningKey } from '@easycerts/shared/key'
import type { IssuerPurpose } from '@easycerts/shared/profile'
import { type Certificate, certificatePem, keyIdentifierOf } from '@easycerts/shared/x509'

/** A CA that can sign: its certificate and its key. */
export interface Issuer extends IssuerFacts {
  readonly certificate: Certificate
  readonly pin: PublicKeyPin
  readonly key: SigningKey
}

export const issuerOf = (
  id: string,
  purpose: IssuerPurpose,
  certificate: Certificate,
  key: SigningKey,
): Issuer => ({
  id,
  purpose,
  certificate,
  key,
  pin: certificate.pin,
  subject: certificate.subjectDer,
  keyIdentifier: keyIdentifierOf(certificate.spki),
  signatureAlgorithm: key.algorithm,
  notBefore: certificate.validity.notBefore,
  notAfter: certificate.validity.notAfter,
})

/** The active issuer of each purpose. */
export type Issuers = Readonly<Record<IssuerPurpose, Issuer>>

/** Which CA answers for which trust purpose. */
export const trustBundlesOf = (issuers: Issuers): Record<string, string> => {
  const pem = (purpose: IssuerPurpose) => certificatePem(issuers[purpose].certificate)
  return {
    'client-ca': pem('cluster'),
    'server-ca': pem('cluster'),
    'etcd-client': pem('etcd'),
    'etcd-peer': pem('etcd'),
    'front-proxy': pem('front-proxy'),
    enrolment: pem('enrolment'),
  }
}
