import {
  DerReader,
  directoryString,
  nameOfObjectIdentifier,
  objectIdentifier,
  type ObjectIdentifierName,
  OID,
  readObjectIdentifier,
  sequence,
  setOf,
  TAG,
} from '../asn1/index.ts'
import { EasycertsError } from '../errors/index.ts'

/** What Kubernetes reads of a subject: CN is the user, every O is a group. */
export interface Subject {
  readonly commonName: string
  readonly organizations: readonly string[]
}

/** One attribute of a name; `type` is a registered name (commonName) or a dotted identifier. */
export interface NameAttribute {
  readonly type: string
  readonly value: string
}

const SHORT: Readonly<Record<string, string>> = {
  commonName: 'CN',
  organizationName: 'O',
  organizationalUnitName: 'OU',
  countryName: 'C',
  localityName: 'L',
  stateOrProvinceName: 'ST',
}

/** One RDN per attribute: organizations in their order, then the common name, as Go and kubeadm write. */
export const encodeSubject = (subject: Subject): Buffer =>
  sequence(
    ...subject.organizations.map((organization) => rdn(OID.organizationName, organization)),
    ...(subject.commonName === '' ? [] : [rdn(OID.commonName, subject.commonName)]),
  )

/** One RDN per attribute, in this order. */
export const encodeAttributes = (
  attributes: readonly (readonly [type: ObjectIdentifierName, value: string])[],
): Buffer => sequence(...attributes.map(([type, value]) => rdn(OID[type], value)))

const rdn = (type: string, value: string): Buffer =>
  setOf(sequence(objectIdentifier(type), directoryString(value)))

/** Content of a Name; attributes of a multi-valued RDN follow each other. */
export const readName = (content: Buffer): NameAttribute[] => {
  const attributes: NameAttribute[] = []
  const rdns = new DerReader(content)
  while (!rdns.atEnd) {
    const set = rdns.enter('relative distinguished name', TAG.SET)
    do attributes.push(readAttribute(set.enter('attribute')))
    while (!set.atEnd)
  }
  return attributes
}

const readAttribute = (attribute: DerReader): NameAttribute => {
  const dotted = readObjectIdentifier(
    attribute.expect(TAG.OBJECT_IDENTIFIER, 'attribute type').content,
  )
  const { tag, content } = attribute.next()
  attribute.end('attribute')
  return { type: nameOfObjectIdentifier(dotted) ?? dotted, value: decodeText(tag, content) }
}

// A mark in front that is dropped would be a second spelling of the name.
const UTF_8 = new TextDecoder('utf-8', { ignoreBOM: true })

const decodeText = (tag: number, content: Buffer): string => {
  switch (tag) {
    case TAG.UTF8_STRING:
      return UTF_8.decode(content)
    case TAG.PRINTABLE_STRING:
    case TAG.IA5_STRING:
    case TAG.TELETEX_STRING:
      return content.toString('latin1')
    case TAG.BMP_STRING:
      return decodeBmp(content)
    default:
      throw malformedText()
  }
}

const decodeBmp = (content: Buffer): string => {
  if (content.length % 2 !== 0) throw malformedText()
  return Buffer.from(content).swap16().toString('utf16le')
}

const malformedText = () => new EasycertsError('ERR_DER_MALFORMED', 'malformed DER: text of a name')

/** Kubernetes's view of a name; undefined if it holds anything but one CN and O's. */
export const subjectOf = (attributes: readonly NameAttribute[]): Subject | undefined => {
  const values = (type: string) =>
    attributes.filter((attribute) => attribute.type === type).map(({ value }) => value)
  const [commonName = '', second] = values('commonName')
  const organizations = values('organizationName')
  const isPlain =
    second === undefined && values('commonName').length + organizations.length === attributes.length
  return isPlain ? { commonName, organizations } : undefined
}

export const sameSubject = (a: Subject, b: Subject): boolean =>
  encodeSubject(a).equals(encodeSubject(b))

/** 'CN=system:node:worker-1, O=system:nodes', for people. */
export const formatName = (attributes: readonly NameAttribute[]): string =>
  [...attributes]
    .reverse()
    .map(({ type, value }) => `${SHORT[type] ?? type}=${value.replace(/[^\x20-\x7e]/g, '?')}`)
    .join(', ')

export const formatSubject = (subject: Subject): string =>
  [
    `CN=${subject.commonName}`,
    ...subject.organizations.map((organization) => `O=${organization}`),
  ].join(', ')
