import type { DerReader } from '../asn1/index.ts'
import {
  contextPrimitive,
  objectIdentifier,
  octetString,
  OID,
  readBoolean,
  readObjectIdentifier,
  sequence,
  TAG,
  TRUE,
} from '../asn1/index.ts'
import { EasycertsError } from '../errors/index.ts'

/** RFC 5280 §4.1: `value` is the DER inside the OCTET STRING. */
export interface Extension {
  readonly oid: string
  readonly critical: boolean
  readonly value: Buffer
}

export const encodeExtension = ({ oid, critical, value }: Extension): Buffer =>
  critical
    ? sequence(objectIdentifier(oid), TRUE, octetString(value))
    : sequence(objectIdentifier(oid), octetString(value))

/** Extensions by identifier; a repeated one is refused (RFC 5280 §4.2). */
export const readExtensions = (reader: DerReader): Map<string, Extension> => {
  const extensions = new Map<string, Extension>()
  while (!reader.atEnd) {
    const item = reader.enter('extension')
    const oid = readObjectIdentifier(
      item.expect(TAG.OBJECT_IDENTIFIER, 'extension identifier').content,
    )
    const critical = item.optional(TAG.BOOLEAN)
    const value = item.expect(TAG.OCTET_STRING, 'extension value').content
    item.end('extension')
    if (extensions.has(oid))
      throw new EasycertsError('ERR_DER_MALFORMED', `malformed DER: extension ${oid} twice`)
    extensions.set(oid, {
      oid,
      critical: critical !== undefined && readBoolean(critical.content),
      value,
    })
  }
  return extensions
}

/** cA FALSE is the default, so an end-entity's is an empty SEQUENCE. */
export const LEAF_BASIC_CONSTRAINTS: Extension = {
  oid: OID.basicConstraints,
  critical: true,
  value: sequence(),
}

export const subjectKeyIdentifier = (identifier: Uint8Array): Extension => ({
  oid: OID.subjectKeyIdentifier,
  critical: false,
  value: octetString(identifier),
})

export const authorityKeyIdentifier = (identifier: Uint8Array): Extension => ({
  oid: OID.authorityKeyIdentifier,
  critical: false,
  value: sequence(contextPrimitive(0, identifier)),
})
