import type { IssuerFacts } from '@easycerts/shared/issuance'
import type { PublicKeyPin, SigningKey } from '@easycerts/shared/key'
import type { IssuerPurpose } from '@easycerts/shared/profile'
import {
  type Certificate,
  type CertificateChain,
  certificateChainPem,
  isSelfIssued,
  keyIdentifierOf,
  nameConstraintsOf,
  subjectKeyIdentifierOf,
} from '@easycerts/shared/x509'

/** A CA that can sign: its certificate and its key. */
export interface Issuer extends IssuerFacts {
  readonly certificate: Certificate
  /** What stands above it, up to the self-signed root; empty for an issuer that is its own root. */
  readonly above: readonly Certificate[]
  readonly pin: PublicKeyPin
  readonly key: SigningKey
}

/** The chain is its certificate and what stands above it, up to the root. */
export const issuerOf = (
  id: string,
  purpose: IssuerPurpose,
  [certificate, ...above]: CertificateChain,
  key: SigningKey,
): Issuer => ({
  id,
  purpose,
  certificate,
  above,
  key,
  pin: certificate.pin,
  subject: certificate.subjectDer,
  // As its own certificate calls it: whoever made an imported one may have counted otherwise.
  keyIdentifier: subjectKeyIdentifierOf(certificate) ?? keyIdentifierOf(certificate.spki),
  signatureAlgorithm: key.algorithm,
  notBefore: certificate.validity.notBefore,
  notAfter: certificate.validity.notAfter,
  nameConstraints: [certificate, ...above].flatMap((each) => nameConstraintsOf(each) ?? []),
  authorities: [certificate, ...above],
})

/** A CRL under a certificate without cRLSign is one that verifiers refuse (RFC 5280 §4.2.1.3). */
export const maySignCrls = ({ certificate: { keyUsage } }: Issuer): boolean =>
  keyUsage === undefined || keyUsage.includes('cRLSign')

/**
 * What a holder sends after its own certificate: the issuer and what stands above it but the root,
 * which a verifier has or does not trust (RFC 8446 §4.4.2). Empty below an issuer that is a root.
 */
export const deliveredChainOf = ({ certificate, above }: Issuer): Certificate[] =>
  [certificate, ...above].filter((each) => !isSelfIssued(each))

/** The active issuer of each purpose. */
export type Issuers = Readonly<Record<IssuerPurpose, Issuer>>

/** A certificate as its holder gets it: PEM, with the chain that its verifiers may need after it. */
export const deliveredPem = (certificate: Certificate, issuers: Issuers): string => {
  const issuer = Object.values(issuers).find(({ subject }) => subject.equals(certificate.issuer))
  return certificateChainPem([certificate, ...(issuer ? deliveredChainOf(issuer) : [])])
}

/**
 * Which CA answers for which trust purpose. Whoever admits clients trusts the issuer alone, root or
 * not, as Go, GnuTLS and NSS do: below one root, a bundle that held it would admit the certificates
 * of every other issuer as well. Only clients that look for a server get the root too, since pods
 * bring TLS libraries (OpenSSL) that accept nothing less.
 */
export const trustBundlesOf = (issuers: Issuers): Record<string, string> => {
  const pem = (purpose: IssuerPurpose) => certificateChainPem([issuers[purpose].certificate])
  return {
    'client-ca': pem('cluster'),
    'server-ca': certificateChainPem([issuers.cluster.certificate, ...issuers.cluster.above]),
    'etcd-client': pem('etcd'),
    'etcd-peer': pem('etcd'),
    'front-proxy': pem('front-proxy'),
    enrolment: pem('enrolment'),
  }
}
