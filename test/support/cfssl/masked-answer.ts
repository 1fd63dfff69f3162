import { type DerElement, DerReader, readTime } from '@easycerts/shared/asn1'

/** What of an answer no second run can repeat. */
export interface Mask {
  /** Keys are made anew: they, and what follows from them. */
  readonly keys: boolean
  /** It is counted from now: only its length and its whole minutes are compared, or nothing. */
  readonly validity: 'length' | 'hidden'
}

const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const INTEGER = 0x02
const TIMES = [0x17, 0x18]
const CONSTRUCTED = 0x20

const elementsOf = (content: Buffer): DerElement[] => {
  const reader = new DerReader(content)
  const elements: DerElement[] = []
  while (!reader.atEnd) elements.push(reader.next())
  return elements
}

/** As many octets as an identifier of a key has, or as a random serial number at least. */
const [KEY_IDENTIFIER, SERIAL_NUMBER, PUBLIC_KEY] = [20, 15, 32]

const isPeriod = (elements: readonly DerElement[]): boolean =>
  elements.length === 2 && elements.every(({ tag }) => TIMES.includes(tag))

/** The structure of DER as text, its octets in hex but for what the mask hides. */
const dump = (elements: readonly DerElement[], mask: Mask): string =>
  elements.map((element) => dumpOne(element, mask)).join(' ')

const dumpOne = ({ tag, content }: DerElement, mask: Mask): string => {
  const name = tag.toString(16).padStart(2, '0')
  if ((tag & CONSTRUCTED) !== 0) {
    const inner = elementsOf(content)
    return `${name}{${isPeriod(inner) ? periodOf(inner, mask) : dump(inner, mask)}}`
  }
  if (tag === INTEGER && content.length >= SERIAL_NUMBER) return `${name}:serial`
  if (tag === BIT_STRING && mask.keys && content.length > PUBLIC_KEY) return `${name}:key`
  if (tag !== OCTET_STRING) return `${name}:${content.toString('hex')}`
  if (mask.keys && content.length === KEY_IDENTIFIER) return `${name}:key identifier`
  return `${name}:${nested(content, mask) ?? content.toString('hex')}`
}

const periodOf = ([first, last]: readonly DerElement[], { validity }: Mask): string => {
  if (validity === 'hidden') return 'a period'
  const [from, to] = [first!, last!].map(readTime)
  return `${first!.tag}-${last!.tag} ${to!.getTime() - from!.getTime()} ms from second ${from!.getUTCSeconds()}`
}

const nested = (content: Buffer, mask: Mask): string | undefined => {
  try {
    const elements = elementsOf(content)
    return elements.length === 1 ? `(${dump(elements, mask)})` : undefined
  } catch {
    return undefined
  }
}

/** Of a certificate, a request, a CRL: what was signed, how, and that it was. */
const dumpSigned = (der: Buffer, mask: Mask): string => {
  const [outer] = elementsOf(der)
  const parts = elementsOf(outer!.content)
  return `${dump(parts.slice(0, -1), mask)} signature`
}

const BLOCK = /^-----BEGIN ([A-Za-z0-9 ]+)-----\n([A-Za-z0-9+/=\n]+)-----END \1-----(\n?)$/
const SIGNED = new Set(['CERTIFICATE', 'CERTIFICATE REQUEST'])

const maskText = (text: string, mask: Mask): string => {
  const [, label = '', lines = '', end = ''] = BLOCK.exec(text) ?? []
  if (label === '')
    return /^[0-9A-F]{32,64}$/.test(text) ? `digest of ${text.length}` : maskBase64(text, mask)
  const widths = new Set(
    lines
      .trimEnd()
      .split('\n')
      .slice(0, -1)
      .map(({ length }) => length),
  )
  const frame = `${label} in lines of ${[...widths].join()}${end === '' ? '' : ', ended'}`
  return SIGNED.has(label) ? `${frame}: ${dumpSigned(Buffer.from(lines, 'base64'), mask)}` : frame
}

/** A CRL, or an answer of OCSP around its own signed part. */
const maskBase64 = (text: string, mask: Mask): string => {
  if (!/^MII[A-Za-z0-9+/]+=*$/.test(text)) return text
  const der = Buffer.from(text, 'base64')
  const [outer] = elementsOf(der)
  const parts = elementsOf(outer!.content)
  if (parts.length === 3) return dumpSigned(der, mask)
  const [wrapped] = elementsOf(parts[1]!.content)
  const [, basic] = elementsOf(wrapped!.content)
  const [signed] = elementsOf(basic!.content)
  const [data, algorithm, , certificates] = elementsOf(signed!.content)
  return `OCSP ${dump([data!, algorithm!, certificates!], mask)}`
}

const maskValue = (value: unknown, mask: Mask): unknown => {
  if (typeof value === 'string') return maskText(value, mask)
  if (Array.isArray(value)) return value.map((each) => maskValue(each, mask))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, maskValue(each, mask)]),
  )
}

/** A body as text that two runs have alike: keys of objects in their order, and what ends it. */
export const maskedBody = (body: string, mask: Mask): string => {
  if (!body.startsWith('{')) return body
  return `${JSON.stringify(maskValue(JSON.parse(body), mask), null, 1)}${body.endsWith('}\n') ? '\n' : ''}`
}
