import { encodeTlv, objectIdentifier, sequence, TAG } from '@easycerts/shared/asn1'
import type { Extension } from '@easycerts/shared/x509'
import type { CertificatePolicy } from '../signing-config/index.ts'

type Qualifier = CertificatePolicy['qualifiers'][number]

/** RFC 5280 §4.2.1.4. */
const QUALIFIERS: Readonly<
  Record<Qualifier['type'], { readonly oid: string; readonly encode: (value: string) => Buffer }>
> = {
  'id-qt-cps': {
    oid: '1.3.6.1.5.5.7.2.1',
    encode: (value) => encodeTlv(TAG.IA5_STRING, Buffer.from(value, 'latin1')),
  },
  'id-qt-unotice': {
    oid: '1.3.6.1.5.5.7.2.2',
    encode: (value) => sequence(encodeTlv(TAG.UTF8_STRING, Buffer.from(value, 'utf8'))),
  },
}

/** certificatePolicies, as cfssl writes what a profile says. */
export const policiesExtension = (policies: readonly CertificatePolicy[]): Extension => ({
  oid: '2.5.29.32',
  critical: false,
  value: sequence(...policies.map(encodePolicy)),
})

const encodePolicy = ({ id, qualifiers }: CertificatePolicy): Buffer =>
  qualifiers.length === 0
    ? sequence(objectIdentifier(id))
    : sequence(objectIdentifier(id), sequence(...qualifiers.map(encodeQualifier)))

const encodeQualifier = ({ type, value }: Qualifier): Buffer => {
  const { oid, encode } = QUALIFIERS[type]
  return sequence(objectIdentifier(oid), encode(value))
}
