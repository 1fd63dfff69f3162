import { DerReader, readObjectIdentifier, TAG } from '@easycerts/shared/asn1'
import {
  authorityKeyIdentifierOf,
  type Certificate,
  certificatePem,
  type NameAttribute,
  readName,
  subjectKeyIdentifierOf,
} from '@easycerts/shared/x509'
import { decimalSerial } from '../certdb/index.ts'
import type { GoValue } from '../go-json/index.ts'

/** cfssl's fields of a name, in its order, by the attributes that they hold. */
const NAME_FIELDS: readonly (readonly [field: string, ...types: string[]])[] = [
  ['common_name', 'commonName'],
  ['serial_number', '2.5.4.5'],
  ['country', 'countryName'],
  ['organization', 'organizationName'],
  ['organizational_unit', 'organizationalUnitName'],
  ['locality', 'localityName'],
  ['province', 'stateOrProvinceName'],
  ['street_address', '2.5.4.9'],
  ['postal_code', '2.5.4.17'],
]

/** By Go's names of signature algorithms, as cfssl spells them. */
const SIGNATURES: Readonly<Record<string, string>> = {
  '1.2.840.10045.4.3.2': 'ECDSAWithSHA256',
  '1.2.840.10045.4.3.3': 'ECDSAWithSHA384',
  '1.2.840.10045.4.3.4': 'ECDSAWithSHA512',
  '1.2.840.113549.1.1.5': 'SHA1WithRSA',
  '1.2.840.113549.1.1.11': 'SHA256WithRSA',
  '1.2.840.113549.1.1.12': 'SHA384WithRSA',
  '1.2.840.113549.1.1.13': 'SHA512WithRSA',
  '1.3.101.112': 'Ed25519',
}

/** The object that certinfo answers with, its keys in cfssl's order. */
export const certinfoOf = (certificate: Certificate): GoValue => {
  const { subject, issuer, serialNumber, names, validity } = certificate
  const sans = [
    ...names.filter(({ kind }) => kind === 'dns'),
    ...names.filter(({ kind }) => kind === 'ip'),
  ].map(({ value }) => value)
  return {
    subject: nameOf(subject),
    issuer: nameOf(readName(new DerReader(issuer).expect(TAG.SEQUENCE, 'issuer').content)),
    serial_number: decimalSerial(serialNumber),
    ...(sans.length === 0 ? {} : { sans }),
    not_before: goTime(validity.notBefore),
    not_after: goTime(validity.notAfter),
    sigalg: signatureName(certificate),
    authority_key_id: keyIdText(authorityKeyIdentifierOf(certificate)),
    subject_key_id: keyIdText(subjectKeyIdentifierOf(certificate)),
    pem: certificatePem(certificate),
  }
}

/** As cfssl's `SignatureString`. */
export const signatureName = ({ signatureAlgorithm }: Certificate): string => {
  const algorithm = new DerReader(signatureAlgorithm).enter('signature algorithm')
  const oid = readObjectIdentifier(algorithm.expect(TAG.OBJECT_IDENTIFIER, 'algorithm').content)
  return SIGNATURES[oid] ?? 'Unknown Signature'
}

const nameOf = (attributes: readonly NameAttribute[]): GoValue => {
  const fields = NAME_FIELDS.flatMap(([field, ...types]) => {
    const values = attributes.filter(({ type }) => types.includes(type)).map(({ value }) => value)
    return values.length === 0 ? [] : [[field, values.join(',')] as const]
  })
  const names = attributes.map(({ value }) => value)
  return { ...Object.fromEntries(fields), ...(names.length === 0 ? {} : { names }) }
}

/** Go's RFC 3339 of a time with whole seconds. */
export const goTime = (time: Date): string => time.toISOString().replace('.000Z', 'Z')

const keyIdText = (identifier: Buffer | undefined): string =>
  (identifier?.toString('hex').toUpperCase().match(/../g) ?? []).join(':')
