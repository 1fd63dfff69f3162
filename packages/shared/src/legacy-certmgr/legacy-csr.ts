import { OID, type ObjectIdentifierName, sequence } from '../asn1/index.ts'
import type { SigningKey } from '../key/index.ts'
import {
  buildNamedRequest,
  encodeAttributes,
  encodeExtension,
  encodeGeneralName,
} from '../x509/index.ts'
import type { LegacyHost } from './legacy-hosts.ts'
import type { LegacyRequest, LegacySubject } from './legacy-request.ts'

/** The attributes of a subject in the order in which Go writes them. */
const ATTRIBUTES = [
  ['countryName', 'C'],
  ['stateOrProvinceName', 'ST'],
  ['localityName', 'L'],
  ['organizationName', 'O'],
  ['organizationalUnitName', 'OU'],
] as const

/** The attributes of a subject, the common name last. */
export const attributesOf = (
  subject: LegacySubject,
): (readonly [type: ObjectIdentifierName, value: string])[] => [
  ...ATTRIBUTES.flatMap(([type, field]) => subject[field].map((value) => [type, value] as const)),
  ...(subject.commonName === '' ? [] : [['commonName', subject.commonName] as const]),
]

/** PEM of the request that a spec makes with this key. */
export const buildLegacyCsr = (key: SigningKey, { subject, hosts }: LegacyRequest): string =>
  buildNamedRequest(
    key,
    encodeAttributes(attributesOf(subject)),
    hosts.length === 0 ? [] : [subjectAltNameOf(hosts)],
  )

const subjectAltNameOf = (hosts: readonly LegacyHost[]): Buffer => {
  const names = hosts.flatMap(({ kind, value }) =>
    kind === 'dns' || kind === 'ip' ? [encodeGeneralName({ kind, value })] : [],
  )
  return encodeExtension({ oid: OID.subjectAltName, critical: false, value: sequence(...names) })
}
