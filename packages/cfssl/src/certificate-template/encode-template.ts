import {
  contextConstructed,
  contextPrimitive,
  objectIdentifier,
  OID,
  sequence,
  smallInteger,
  time,
  TRUE,
  unsignedInteger,
} from '@easycerts/shared/asn1'
import { KEY_ALGORITHM_ROWS, type KeyAlgorithm } from '@easycerts/shared/key'
import {
  authorityKeyIdentifier,
  type BasicConstraints,
  crlDistributionPoint,
  encodeExtension,
  encodeKeyUsage,
  type Extension,
  keyIdentifierOf,
  type SerialNumber,
  subjectKeyIdentifier,
  type Validity,
} from '@easycerts/shared/x509'
import { encodeLegacyName } from '../subject/index.ts'
import { encodeNames } from '../subject-alt-name/index.ts'
import type { CertificateTemplate } from './certificate-template.ts'

/** What the CA puts in beside the template. */
export interface SigningFacts {
  readonly serialNumber: SerialNumber
  readonly validity: Validity
  readonly signatureAlgorithm: KeyAlgorithm
  /** DER of the issuer's subject. */
  readonly issuer: Buffer
  /** Undefined for a certificate that its own key signs. */
  readonly issuerKeyIdentifier: Buffer | undefined
}

/** DER of the TBSCertificate, octet for octet as cfssl would have it. */
export const encodeTemplate = (template: CertificateTemplate, facts: SigningFacts): Buffer =>
  sequence(
    contextConstructed(0, smallInteger(2)),
    unsignedInteger(Buffer.from(facts.serialNumber, 'hex')),
    KEY_ALGORITHM_ROWS[facts.signatureAlgorithm].signature,
    facts.issuer,
    sequence(time(facts.validity.notBefore), time(facts.validity.notAfter)),
    encodeLegacyName(template.subject),
    template.publicKey.spki,
    contextConstructed(3, sequence(...extensionsOf(template, facts).map(encodeExtension))),
  )

const extensionsOf = (template: CertificateTemplate, facts: SigningFacts): Extension[] => {
  const { extra, publicKey, crlUrl } = template
  const ours = [
    ...usageExtensions(template),
    basicConstraints(template.basicConstraints),
    subjectKeyIdentifier(keyIdentifierOf(publicKey.spki)),
    ...(facts.issuerKeyIdentifier ? [authorityKeyIdentifier(facts.issuerKeyIdentifier)] : []),
    ...informationAccess(template),
    ...subjectAltName(template),
    ...(crlUrl === '' ? [] : [crlDistributionPoint(crlUrl)]),
  ]
  return [...ours.filter(({ oid }) => !extra.some((each) => each.oid === oid)), ...extra]
}

const usageExtensions = ({ keyUsage, extendedKeyUsage }: CertificateTemplate): Extension[] => [
  ...(keyUsage.length === 0
    ? []
    : [{ oid: OID.keyUsage, critical: true, value: encodeKeyUsage(keyUsage) }]),
  ...(extendedKeyUsage.length === 0
    ? []
    : [
        {
          oid: OID.extKeyUsage,
          critical: false,
          value: sequence(...extendedKeyUsage.map((usage) => objectIdentifier(usage))),
        },
      ]),
]

export const basicConstraints = ({ isCa, pathLength }: BasicConstraints): Extension => ({
  oid: OID.basicConstraints,
  critical: true,
  value: sequence(
    ...(isCa ? [TRUE] : []),
    ...(pathLength === undefined ? [] : [smallInteger(pathLength)]),
  ),
})

const uri = (text: string): Buffer => contextPrimitive(6, Buffer.from(text, 'latin1'))

/** OCSP first, then every place of the CA's certificate. */
const informationAccess = ({ ocspUrl, issuerUrls }: CertificateTemplate): Extension[] => {
  const places = [
    ...(ocspUrl === '' ? [] : [sequence(objectIdentifier(OID.ocsp), uri(ocspUrl))]),
    ...issuerUrls.map((url) => sequence(objectIdentifier(OID.caIssuers), uri(url))),
  ]
  return places.length === 0
    ? []
    : [{ oid: OID.authorityInfoAccess, critical: false, value: sequence(...places) }]
}

/** Critical exactly if the subject is empty (RFC 5280 §4.2.1.6). */
const subjectAltName = ({ names, subject }: CertificateTemplate): Extension[] =>
  names.length === 0
    ? []
    : [
        {
          oid: OID.subjectAltName,
          critical: encodeLegacyName(subject).equals(sequence()),
          value: encodeNames(names),
        },
      ]
