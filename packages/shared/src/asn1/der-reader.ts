import { EasycertsError } from '../errors/index.ts'
import { objectIdentifier, TAG } from './der-writer.ts'
import { OID } from './object-identifiers.ts'

const malformed = (what: string) =>
  new EasycertsError('ERR_DER_MALFORMED', `malformed DER: ${what}`)

/** One element: its tag, its content, and its whole encoding, both cut out when they are asked for. */
export class DerElement {
  readonly tag: number
  readonly #octets: Buffer
  readonly #start: number
  readonly #contentStart: number
  readonly #end: number

  constructor(octets: Buffer, start: number, contentStart: number, end: number) {
    this.tag = octets[start] ?? 0
    this.#octets = octets
    this.#start = start
    this.#contentStart = contentStart
    this.#end = end
  }

  get content(): Buffer {
    return this.#octets.subarray(this.#contentStart, this.#end)
  }

  get encoding(): Buffer {
    return this.#octets.subarray(this.#start, this.#end)
  }

  /** A reader over the content. */
  enter(): DerReader {
    return new DerReader(this.#octets, this.#contentStart, this.#end)
  }
}

/**
 * Reads DER strictly and without recursion of its own: indefinite and non-minimal lengths,
 * multi-octet tags and trailing octets are refused, so one value has one encoding.
 */
export class DerReader {
  readonly #octets: Buffer
  readonly #end: number
  #offset: number

  constructor(octets: Buffer, start = 0, end = octets.length) {
    this.#octets = octets
    this.#offset = start
    this.#end = end
  }

  get atEnd(): boolean {
    return this.#offset === this.#end
  }

  /** The tag of the next element, or -1 at the end. */
  get nextTag(): number {
    return this.atEnd ? -1 : (this.#octets[this.#offset] ?? -1)
  }

  next(): DerElement {
    const start = this.#offset
    const tag = this.#octet()
    if ((tag & 0x1f) === 0x1f) throw malformed('multi-octet tag')
    const length = this.#length()
    const contentStart = this.#offset
    const end = contentStart + length
    if (end > this.#end) throw malformed('element longer than its container')
    this.#offset = end
    return new DerElement(this.#octets, start, contentStart, end)
  }

  /** The next element, which must have this tag. */
  expect(tag: number, what: string): DerElement {
    if (this.nextTag !== tag) throw malformed(`expected ${what}`)
    return this.next()
  }

  /** A reader over the content of the next element, which must be a SEQUENCE (or have the tag given). */
  enter(what: string, tag: number = TAG.SEQUENCE): DerReader {
    return this.expect(tag, what).enter()
  }

  /** The next element if it has this tag. */
  optional(tag: number): DerElement | undefined {
    return this.nextTag === tag ? this.next() : undefined
  }

  end(what: string): void {
    if (!this.atEnd) throw malformed(`trailing octets after ${what}`)
  }

  #octet(): number {
    if (this.atEnd) throw malformed('truncated')
    return this.#octets[this.#offset++] ?? 0
  }

  #length(): number {
    const first = this.#octet()
    if (first < 0x80) return first
    const count = first & 0x7f
    if (count === 0 || count > 4) throw malformed('length')
    let length = 0
    for (let index = 0; index < count; index++) length = length * 256 + this.#octet()
    const minimal = length >= 0x80 && length >= 256 ** (count - 1)
    if (!minimal) throw malformed('non-minimal length')
    return length
  }
}

/** A reader over the content of a SEQUENCE that is all there is. */
export const enterWhole = (encoding: Buffer, what: string): DerReader => {
  const outer = new DerReader(encoding)
  const inner = outer.enter(what)
  outer.end(what)
  return inner
}

/** Those of our table, by the octets of their content. */
const KNOWN = new Map<string, string>(
  Object.values(OID).map((dotted) => [
    new DerReader(objectIdentifier(dotted)).next().content.toString('latin1'),
    dotted,
  ]),
)

/** Dotted text of an OBJECT IDENTIFIER's content. */
export const readObjectIdentifier = (content: Buffer): string =>
  KNOWN.get(content.toString('latin1')) ?? decodeObjectIdentifier(content)

const decodeObjectIdentifier = (content: Buffer): string => {
  const arcs: number[] = []
  let arc = 0
  let fresh = true
  for (const octet of content) {
    if (fresh && octet === 0x80) throw malformed('object identifier')
    arc = arc * 128 + (octet & 0x7f)
    if (arc > Number.MAX_SAFE_INTEGER / 128) throw malformed('object identifier')
    fresh = (octet & 0x80) === 0
    if (fresh) {
      arcs.push(arc)
      arc = 0
    }
  }
  const [first, ...rest] = arcs
  if (first === undefined || !fresh) throw malformed('object identifier')
  const root = Math.min(Math.floor(first / 40), 2)
  return [root, first - root * 40, ...rest].join('.')
}

/** Octets of a BIT STRING that holds whole octets. */
export const readOctetBits = (content: Buffer): Buffer => {
  if (content[0] !== 0) throw malformed('bit string')
  return content.subarray(1)
}

/** Octets of a BIT STRING of any length; the bits that its first octet calls unused must be zero. */
export const readBits = (content: Buffer): Buffer => {
  const [unused] = content
  const last = content.at(-1) ?? 0
  const isValid =
    unused !== undefined &&
    unused < 8 &&
    (unused === 0 || (content.length > 1 && (last & ((1 << unused) - 1)) === 0))
  if (!isValid) throw malformed('bit string')
  return content.subarray(1)
}

/** Content of an INTEGER that must be minimal; may be negative (its first bit tells). */
export const readInteger = (content: Buffer): Buffer => {
  const [first, second] = content
  const padded =
    content.length > 1 &&
    ((first === 0 && (second ?? 0) < 0x80) || (first === 0xff && (second ?? 0) >= 0x80))
  if (first === undefined || padded) throw malformed('integer')
  return content
}

/** Content of an INTEGER that may not be negative. */
export const readUnsignedInteger = (content: Buffer): Buffer => {
  if ((readInteger(content)[0] ?? 0) >= 0x80) throw malformed('negative integer')
  return content
}

/** BOOLEAN; DER has only 0x00 and 0xff. */
export const readBoolean = (content: Buffer): boolean => {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw malformed('boolean')
  return content[0] === 0xff
}
