import type { Extension } from '@easycerts/shared/x509'
import { decodeGoBase64, GoJsonError, type GoObject } from '../go-json/index.ts'
import { readNameEntry } from '../sign-request/index.ts'
import {
  EMPTY_KEY_REQUEST,
  type KeyRequest,
  type RequestedCa,
  type RequestedName,
} from './key-request.ts'

/** csr.CertificateRequest. GoJsonError. */
export const readKeyRequest = (fields: GoObject): KeyRequest => {
  const key = fields.object('key', 'csr.KeyRequest')
  return {
    commonName: fields.text('CN'),
    names: (fields.objects('names', 'csr.Name') ?? []).map(readName),
    hosts: fields.texts('hosts') ?? [],
    key: key
      ? { algorithm: key.text('algo'), size: integerOf(key, 'size') }
      : EMPTY_KEY_REQUEST.key,
    ca: readCa(fields.object('ca', 'csr.CAConfig')),
    serialNumber: fields.text('serialnumber'),
    isDelegationEnabled: fields.flag('delegation_enabled'),
    extensions: (fields.objects('extensions', 'pkix.Extension') ?? []).map(readExtension),
    crlUrl: fields.text('crl_url'),
  }
}

const readName = (fields: GoObject): RequestedName => {
  const attributes = fields.object('OID', 'csr.OID')
  return {
    ...readNameEntry(fields),
    email: fields.text('E'),
    attributes: (attributes?.written ?? []).map((oid) => {
      if (!OBJECT_IDENTIFIER.test(oid))
        throw new GoJsonError(`invalid OID part ${oid.slice(0, 40)}`)
      return [oid, attributes?.text(oid) ?? ''] as const
    }),
  }
}

const readCa = (fields: GoObject | undefined): RequestedCa | undefined =>
  fields && {
    expiry: fields.text('expiry'),
    backdate: fields.text('backdate'),
    pathLength: integerOf(fields, 'pathlen'),
    isPathLengthZero: fields.flag('pathlenzero'),
  }

const OBJECT_IDENTIFIER = /^[0-2](?:\.\d{1,9}){1,30}$/

const readExtension = (fields: GoObject): Extension => {
  const oid = (fields.list('Id', 'asn1.ObjectIdentifier') ?? [])
    .map((arc) => (arc.kind === 'number' ? arc.text : ''))
    .join('.')
  if (!OBJECT_IDENTIFIER.test(oid)) throw new GoJsonError('json: an extension has no identifier')
  return { oid, critical: fields.flag('Critical'), value: decodeGoBase64(fields, 'Value') }
}

const INTEGER = /^-?\d{1,9}$/

const integerOf = (fields: GoObject, name: string): number => {
  const text = fields.number(name) ?? '0'
  if (!INTEGER.test(text))
    throw new GoJsonError(
      `json: cannot unmarshal number ${text.slice(0, 40)} into Go struct field .${name} of type int`,
    )
  return Number(text)
}
