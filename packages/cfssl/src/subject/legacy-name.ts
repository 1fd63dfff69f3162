import { directoryString, objectIdentifier, OID, sequence, setOf } from '@easycerts/shared/asn1'
import type { NameAttribute } from '@easycerts/shared/x509'

/** A name as Go holds one: lists for what a name often has, and the rest in its order. */
export interface LegacyName {
  readonly country: readonly string[]
  readonly province: readonly string[]
  readonly locality: readonly string[]
  readonly streetAddress: readonly string[]
  readonly postalCode: readonly string[]
  readonly organization: readonly string[]
  readonly organizationalUnit: readonly string[]
  readonly commonName: string
  readonly serialNumber: string
  /** Dotted identifiers and their values. */
  readonly others: readonly NameAttribute[]
}

/** In the order in which they are written, by the names that `readName` gives them. */
const LISTS = [
  ['country', 'countryName', OID.countryName],
  ['province', 'stateOrProvinceName', OID.stateOrProvinceName],
  ['locality', 'localityName', OID.localityName],
  ['streetAddress', '2.5.4.9', '2.5.4.9'],
  ['postalCode', '2.5.4.17', '2.5.4.17'],
  ['organization', 'organizationName', OID.organizationName],
  ['organizationalUnit', 'organizationalUnitName', OID.organizationalUnitName],
] as const

const SERIAL_NUMBER = '2.5.4.5'
const SINGLE: readonly string[] = ['commonName', SERIAL_NUMBER]

export const EMPTY_NAME: LegacyName = {
  country: [],
  province: [],
  locality: [],
  streetAddress: [],
  postalCode: [],
  organization: [],
  organizationalUnit: [],
  commonName: '',
  serialNumber: '',
  others: [],
}

/** Of several common names and serial numbers, the last counts. */
export const legacyNameOf = (attributes: readonly NameAttribute[]): LegacyName => {
  const valuesOf = (type: string): string[] =>
    attributes.filter((attribute) => attribute.type === type).map(({ value }) => value)
  const lists = Object.fromEntries(LISTS.map(([field, type]) => [field, valuesOf(type)]))
  const known: readonly string[] = [...LISTS.map(([, type]) => type), ...SINGLE]
  return {
    ...EMPTY_NAME,
    ...lists,
    commonName: valuesOf('commonName').at(-1) ?? '',
    serialNumber: valuesOf(SERIAL_NUMBER).at(-1) ?? '',
    others: attributes.filter(({ type }) => !known.includes(type)),
  }
}

/**
 * DER of the Name: all values of an attribute in one RDN, whose members DER sorts; text as
 * PrintableString where its alphabet allows, else as UTF8String, whatever it was.
 */
export const encodeLegacyName = (name: LegacyName): Buffer =>
  sequence(
    ...LISTS.map(([field, , oid]) => rdn(oid, name[field])),
    rdn(OID.commonName, name.commonName === '' ? [] : [name.commonName]),
    rdn(SERIAL_NUMBER, name.serialNumber === '' ? [] : [name.serialNumber]),
    ...name.others.map(({ type, value }) => rdn(oidOf(type), [value])),
  )

const oidOf = (type: string): string => (type in OID ? OID[type as keyof typeof OID] : type)

const rdn = (oid: string, values: readonly string[]): Buffer =>
  values.length === 0
    ? Buffer.alloc(0)
    : setOf(...values.map((value) => sequence(objectIdentifier(oid), directoryString(value))))
