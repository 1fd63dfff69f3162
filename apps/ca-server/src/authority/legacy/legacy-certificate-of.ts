import type { CertificateTemplate, SigningFacts } from '@easycerts/cfssl/certificate-template'
import { encodeLegacyName } from '@easycerts/cfssl/subject'
import { DerReader, OID } from '@easycerts/shared/asn1'
import type { LegacyCertificate } from '@easycerts/shared/issuance'
import {
  type Extension,
  readExtendedKeyUsage,
  readGeneralNames,
  readKeyUsage,
  readName,
} from '@easycerts/shared/x509'

/** What policy judges and the lint holds the octets to; Kubernetes reads groups wherever they stand. */
export interface JudgedCertificate extends LegacyCertificate {
  readonly commonName: string
  readonly organizations: readonly string[]
}

/** What a template comes to; extensions of the request that replace its own count. ERR_DER_MALFORMED. */
export const legacyCertificateOf = (
  template: CertificateTemplate,
  { serialNumber, validity }: SigningFacts,
): JudgedCertificate => {
  const subject = encodeLegacyName(template.subject)
  const attributes = readName(new DerReader(subject).next().content)
  const valuesOf = (type: string): string[] =>
    attributes.filter((attribute) => attribute.type === type).map(({ value }) => value)
  const replaced = <Value>(oid: string, own: Value, read: (value: Buffer) => Value): Value => {
    const extension: Extension | undefined = template.extra.find((each) => each.oid === oid)
    return extension ? read(extension.value) : own
  }
  return {
    serialNumber,
    validity,
    publicKey: template.publicKey,
    subject,
    commonName: valuesOf('commonName')[0] ?? '',
    organizations: valuesOf('organizationName'),
    names: replaced(OID.subjectAltName, template.names, readGeneralNames),
    keyUsage: replaced(OID.keyUsage, template.keyUsage, readKeyUsage),
    extendedKeyUsage: replaced(OID.extKeyUsage, template.extendedKeyUsage, readExtendedKeyUsage),
    basicConstraints: template.basicConstraints,
    otherExtensions: template.extra.map(({ oid }) => oid),
  }
}
