import { mutateOctets } from '../mutate-octets.ts'
import { below, type Mutation, pick } from './mutate-text.ts'

type Random = () => number

/** An element with what it holds; `length` writes its length, honestly or not. */
interface Element {
  tag: number
  content: Buffer | Element[]
  /** Between the identifier and the content: the unused bits of a BIT STRING that holds DER. */
  lead: Buffer
  length: (length: number) => Buffer
}

const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const CONSTRUCTED = 0x20

const honest = (length: number): Buffer => {
  if (length < 0x80) return Buffer.of(length)
  const hex = length.toString(16)
  const octets = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.of(0x80 | octets.length), octets])
}

/** Lengths that BER allows, or nobody. */
const ODD_LENGTHS: readonly ((length: number) => Buffer)[] = [
  () => Buffer.of(0x80),
  (length) => Buffer.of(0x81, length & 0xff),
  (length) => Buffer.of(0x84, 0, 0, (length >> 8) & 0xff, length & 0xff),
  () => Buffer.from('84ffffffff', 'hex'),
  () => Buffer.from('88ffffffffffffffff', 'hex'),
  () => Buffer.of(0xff),
  (length) => honest(length + 1),
  (length) => honest(Math.max(0, length - 1)),
]

/** What nests deeper is content, so that this recursion has a bound. */
const MAX_DEPTH = 100

/** Leniently: what is no row of elements is content. */
const parseRow = (octets: Buffer, depth = 0): Element[] | undefined => {
  if (depth > MAX_DEPTH) return undefined
  const row: Element[] = []
  for (let at = 0; at < octets.length;) {
    const tag = octets[at++]!
    let length = octets[at++] ?? -1
    if (length > 0x84 || length === 0x80) return undefined
    if (length > 0x80) {
      const count = length & 0x7f
      if (at + count > octets.length) return undefined
      length = octets.readUIntBE(at, count)
      at += count
    }
    if (length < 0 || at + length > octets.length) return undefined
    row.push(elementOf(tag, octets.subarray(at, at + length), depth))
    at += length
  }
  return row
}

const NOTHING = Buffer.alloc(0)

const elementOf = (tag: number, content: Buffer, depth: number): Element => {
  const lead = tag === BIT_STRING && content[0] === 0 ? content.subarray(0, 1) : NOTHING
  const mayHold = (tag & CONSTRUCTED) !== 0 || tag === OCTET_STRING || lead.length > 0
  const inner = content.subarray(lead.length)
  const held = mayHold && inner.length > 1 ? parseRow(inner, depth + 1) : undefined
  return held
    ? { tag, lead, content: held, length: honest }
    : { tag, lead: NOTHING, content, length: honest }
}

const encode = ({ tag, content, lead, length }: Element): Buffer => {
  const octets = Buffer.concat([lead, Buffer.isBuffer(content) ? content : encodeRow(content)])
  return Buffer.concat([Buffer.of(tag), length(octets.length), octets])
}

const encodeRow = (row: readonly Element[]): Buffer => Buffer.concat(row.map(encode))

/** An element stands in one place only: as a part of itself it would have no end. */
const copyOf = (element: Element): Element => ({
  ...element,
  content: Buffer.isBuffer(element.content) ? element.content : element.content.map(copyOf),
})

/** Every row of elements, outermost first. */
const rowsOf = (row: Element[]): Element[][] => [
  row,
  ...row.flatMap(({ content }) => (Buffer.isBuffer(content) ? [] : rowsOf(content))),
]

const ODD_TAGS = [0x00, 0x01, 0x02, 0x05, 0x06, 0x0c, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1c, 0x1e]
const MORE_TAGS = [0x1f, 0x30, 0x31, 0x3f, 0x80, 0x82, 0x86, 0x87, 0xa0, 0xa1, 0xa2, 0xa3, 0xff]

const ODD_CONTENTS: readonly Buffer[] = [
  NOTHING,
  ...['00', '01', 'ff', '80', '0000', 'ffff', '0080', '00ff', '8000', '7f'].map((hex) =>
    Buffer.from(hex, 'hex'),
  ),
  Buffer.alloc(300, 0xff),
  Buffer.alloc(3000, 0x01),
  Buffer.from('700101000000Z'),
  Buffer.from('99991231235959Z'),
  Buffer.from('20261332256199Z'),
  Buffer.from('a\0b.example'),
  Buffer.from('2a864886f70d010101', 'hex'),
  Buffer.from('8080808001', 'hex'),
]

const CHANGES: readonly ((row: Element[], at: number, other: Element[], random: Random) => void)[] =
  [
    (row, at, _, random) => (row[at]!.tag = pick([...ODD_TAGS, ...MORE_TAGS], random)),
    (row, at, _, random) => (row[at]!.content = pick(ODD_CONTENTS, random)),
    (row, at, _, random) => (row[at]!.length = pick(ODD_LENGTHS, random)),
    (row, at) => row.splice(at, 1),
    (row, at, _, random) =>
      row.splice(at, 0, ...Array.from({ length: 1 + below(3, random) }, () => copyOf(row[at]!))),
    (row, at, _, random) => row.splice(at, 1, copyOf(row[below(row.length, random)]!)),
    (row, at, other, random) => {
      const donor = pick(
        [row, ...rowsOf(other)].filter(({ length }) => length > 0),
        random,
      )
      row.splice(at, below(2, random), copyOf(pick(donor, random)))
    },
    (row, at) => row.push(row.splice(at, 1)[0]!),
    (row, at, _, random) => {
      for (let depth = pick([1, 2, 500], random); depth > 0; depth--)
        row[at] = { tag: 0x30, lead: NOTHING, content: [row[at]!], length: honest }
    },
    (row, at, _, random) => {
      const { content } = row[at]!
      if (Buffer.isBuffer(content) && content.length > 0)
        row[at]!.content = mutateOctets(content, random)
    },
  ]

/** Changes elements and mends the lengths around them, so that the damage lies deep. */
export const mutateDer: Mutation = (input, other, random) => {
  const row = parseRow(input)
  if (!row?.length || random() < 0.15) return input.length > 0 ? mutateOctets(input, random) : other
  const donors = parseRow(other) ?? []
  for (let count = 1 + below(3, random); count > 0; count--) {
    const rows = rowsOf(row).filter(({ length }) => length > 0)
    if (rows.length === 0) break
    const chosen = pick(rows, random)
    pick(CHANGES, random)(chosen, below(chosen.length, random), donors, random)
  }
  return encodeRow(row)
}
