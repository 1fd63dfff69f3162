import { encodeTlv, OID, sequence } from '@easycerts/shared/asn1'
import { encodeExtension } from '@easycerts/shared/x509'

/** RFC 5280 §4.2.1.6: tags of GeneralName. */
export const NAME_TAG = { email: 0x81, dns: 0x82, uri: 0x86, ip: 0x87 } as const

export const nameOf = (tag: number, value: string | Buffer): Buffer =>
  encodeTlv(tag, typeof value === 'string' ? Buffer.from(value, 'latin1') : value)

/** A subjectAltName as a hostile client writes it. */
export const altNames = (...names: readonly Buffer[]): Buffer =>
  encodeExtension({ oid: OID.subjectAltName, critical: false, value: sequence(...names) })
