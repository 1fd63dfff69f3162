import { contextPrimitive, enterWhole } from '../asn1/index.ts'
import { addressOctets, addressOfOctets, type Host } from '../cluster/index.ts'

/** An entry of subjectAltName. Kinds that we never issue are kept as `other`, so that they are seen. */
export type GeneralName =
  | Host
  | { readonly kind: 'uri'; readonly value: string }
  | { readonly kind: 'email'; readonly value: string }
  | { readonly kind: 'other'; readonly value: string }

// RFC 5280 §4.2.1.6: context tags of GeneralName.
const RFC822_NAME = 1
const DNS_NAME = 2
const URI = 6
const IP_ADDRESS = 7

export const encodeGeneralName = (name: Host | { kind: 'uri'; value: string }): Buffer => {
  switch (name.kind) {
    case 'dns':
      return contextPrimitive(DNS_NAME, Buffer.from(name.value, 'latin1'))
    case 'uri':
      return contextPrimitive(URI, Buffer.from(name.value, 'latin1'))
    case 'ip':
      return contextPrimitive(IP_ADDRESS, addressOctets(name.value))
  }
}

/** GeneralNames, the value of subjectAltName. */
export const readGeneralNames = (encoding: Buffer): GeneralName[] => {
  const names: GeneralName[] = []
  const reader = enterWhole(encoding, 'names')
  while (!reader.atEnd) {
    const { tag, content: value } = reader.next()
    names.push(generalNameOf(tag, value))
  }
  return names
}

const generalNameOf = (tag: number, value: Buffer): GeneralName => {
  const text = value.toString('latin1')
  if (tag === (0x80 | DNS_NAME)) return { kind: 'dns', value: text }
  if (tag === (0x80 | URI)) return { kind: 'uri', value: text }
  if (tag === (0x80 | RFC822_NAME)) return { kind: 'email', value: text }
  const isAddress = tag === (0x80 | IP_ADDRESS) && (value.length === 4 || value.length === 16)
  return isAddress
    ? { kind: 'ip', value: addressOfOctets(value) }
    : { kind: 'other', value: value.toString('hex') }
}

export const formatGeneralName = ({ kind, value }: GeneralName): string =>
  `${kind}:${value.replace(/[^\x21-\x7e]/g, '?')}`
