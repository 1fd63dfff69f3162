import { EasycertsError } from '../errors/index.ts'
import { OID } from './object-identifiers.ts'

/** X.690 tags that X.509 uses. */
export const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OBJECT_IDENTIFIER: 0x06,
  ENUMERATED: 0x0a,
  UTF8_STRING: 0x0c,
  PRINTABLE_STRING: 0x13,
  TELETEX_STRING: 0x14,
  IA5_STRING: 0x16,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  BMP_STRING: 0x1e,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const

const lengthOctets = (length: number): number[] => {
  if (length < 0x80) return [length]
  if (length < 0x100) return [0x81, length]
  if (length < 0x10000) return [0x82, length >> 8, length & 0xff]
  const octets = [(length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff]
  return length < 0x1000000 ? [0x83, ...octets] : [0x84, length >>> 24, ...octets]
}

/** What stands before a content of this length, for contents that are too large to be copied again. */
export const tlvHeader = (tag: number, length: number): Buffer =>
  Buffer.from([tag, ...lengthOctets(length)])

/** Tag, definite minimal length, content. */
export const encodeTlv = (tag: number, ...content: readonly Uint8Array[]): Buffer => {
  let length = 0
  for (const part of content) length += part.length
  const lengths = lengthOctets(length)
  // Every octet is written below. Buffer.concat does the same at three times the price.
  const encoding = Buffer.allocUnsafe(1 + lengths.length + length)
  encoding[0] = tag
  encoding.set(lengths, 1)
  let offset = 1 + lengths.length
  for (const part of content) {
    encoding.set(part, offset)
    offset += part.length
  }
  return encoding
}

export const sequence = (...items: readonly Uint8Array[]): Buffer =>
  encodeTlv(TAG.SEQUENCE, ...items)

/** SET OF: DER orders the elements by their encodings (X.690 §11.6). */
export const setOf = (...items: readonly Uint8Array[]): Buffer =>
  encodeTlv(TAG.SET, ...[...items].sort((a, b) => Buffer.compare(a, b)))

/** [n] EXPLICIT, or [n] IMPLICIT over a constructed type. */
export const contextConstructed = (number: number, ...content: readonly Uint8Array[]): Buffer =>
  encodeTlv(0xa0 | number, ...content)

/** [n] IMPLICIT over a primitive type. */
export const contextPrimitive = (number: number, content: Uint8Array): Buffer =>
  encodeTlv(0x80 | number, content)

/** Non-negative INTEGER from big-endian octets, with the fewest octets that keep it positive. */
export const unsignedInteger = (octets: Uint8Array): Buffer => {
  let start = 0
  while (start < octets.length - 1 && octets[start] === 0) start++
  const magnitude = octets.subarray(start)
  const needsZero = ((magnitude[0] ?? 0) & 0x80) !== 0
  return needsZero
    ? encodeTlv(TAG.INTEGER, Buffer.of(0), magnitude)
    : encodeTlv(TAG.INTEGER, magnitude)
}

export const smallInteger = (value: number): Buffer =>
  unsignedInteger(Buffer.of((value >> 8) & 0xff, value & 0xff))

/** DER writes TRUE as 0xff (X.690 §11.1); FALSE is a DEFAULT everywhere in X.509 and is left out. */
export const TRUE = encodeTlv(TAG.BOOLEAN, Buffer.of(0xff))

export const octetString = (content: Uint8Array): Buffer => encodeTlv(TAG.OCTET_STRING, content)

export const bitString = (content: Uint8Array, unusedBits = 0): Buffer =>
  encodeTlv(TAG.BIT_STRING, Buffer.of(unusedBits), content)

const encodeObjectIdentifier = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const octets = [first * 40 + second, ...rest].flatMap(base128)
  return encodeTlv(TAG.OBJECT_IDENTIFIER, Buffer.from(octets))
}

const base128 = (arc: number): number[] => {
  const octets = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128))
    octets.unshift((rest % 128) | 0x80)
  return octets
}

/** Those of our table are written in every certificate. */
const KNOWN = new Map<string, Buffer>(
  Object.values(OID).map((dotted) => [dotted, encodeObjectIdentifier(dotted)]),
)

/** Dotted text to OBJECT IDENTIFIER. */
export const objectIdentifier = (dotted: string): Buffer =>
  KNOWN.get(dotted) ?? encodeObjectIdentifier(dotted)

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/

/** PrintableString where its alphabet allows, else UTF8String (RFC 5280 §4.1.2.4), as Go does. */
export const directoryString = (text: string): Buffer =>
  encodeTlv(
    PRINTABLE.test(text) ? TAG.PRINTABLE_STRING : TAG.UTF8_STRING,
    Buffer.from(text, 'utf8'),
  )

export const NULL = encodeTlv(TAG.NULL)

export const enumerated = (value: number): Buffer => encodeTlv(TAG.ENUMERATED, Buffer.of(value))

const PAIRS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))

// From the numbers: a list of 100,000 dates is written in a quarter of what toISOString takes.
const digitsOf = (instant: Date): string => {
  const year = instant.getUTCFullYear()
  return [
    Math.floor(year / 100),
    year % 100,
    instant.getUTCMonth() + 1,
    instant.getUTCDate(),
    instant.getUTCHours(),
    instant.getUTCMinutes(),
    instant.getUTCSeconds(),
  ].reduce((digits, value) => digits + (PAIRS[value] ?? ''), '')
}

/** Whole seconds and Z, as OCSP writes all of its times (RFC 6960 §4.2.2.1). */
export const generalizedTime = (instant: Date): Buffer =>
  encodeTlv(TAG.GENERALIZED_TIME, Buffer.from(`${digitsOf(instant)}Z`, 'latin1'))

/**
 * Tag and content of a Time: UTCTime through 2049, GeneralizedTime from 2050, seconds and Z always
 * (RFC 5280 §4.1.2.5).
 */
export const timeContent = (instant: Date): { readonly tag: number; readonly text: string } => {
  const year = instant.getUTCFullYear()
  if (!(year >= 0 && year <= 9999))
    throw new EasycertsError('ERR_VALIDITY_NOT_PERMITTED', 'X.509 has no times after 9999')
  const text = `${digitsOf(instant)}Z`
  return year >= 1950 && year < 2050
    ? { tag: TAG.UTC_TIME, text: text.slice(2) }
    : { tag: TAG.GENERALIZED_TIME, text }
}

export const time = (instant: Date): Buffer => {
  const { tag, text } = timeContent(instant)
  return encodeTlv(tag, Buffer.from(text, 'latin1'))
}
