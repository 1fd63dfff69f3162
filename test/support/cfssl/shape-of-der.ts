/** DER as a tree of tags and contents, without signatures, whose octets differ each time. */
export type DerShape = readonly [tag: number, content: string | readonly DerShape[]]

const OCTET_STRING = 0x04
const BIT_STRING = 0x03

/** ECDSA over P-256 as a BIT STRING: 71 octets and a few less or more; its public key has 66. */
const isSignature = (tag: number, content: Buffer): boolean =>
  tag === BIT_STRING && content.length >= 69 && content.length <= 73

export const shapeOfDer = (der: Buffer): readonly DerShape[] => {
  const shapes: DerShape[] = []
  let rest = der
  while (rest.length > 0) {
    const { tag, content, length } = readElement(rest)
    shapes.push([tag, contentOf(tag, content)])
    rest = rest.subarray(length)
  }
  return shapes
}

const contentOf = (tag: number, content: Buffer): string | readonly DerShape[] => {
  if (isSignature(tag, content)) return 'a signature'
  if ((tag & 0x20) !== 0) return shapeOfDer(content)
  // The basic response of OCSP, and values of extensions.
  if (tag === OCTET_STRING && content[0] === 0x30 && content.length > 200)
    return shapeOfDer(content)
  return content.toString('hex')
}

const readElement = (der: Buffer) => {
  const first = der[1] ?? 0
  const octets = first < 0x80 ? 0 : first & 0x7f
  const size = octets === 0 ? first : der.readUIntBE(2, octets)
  const begin = 2 + octets
  return { tag: der[0] ?? 0, content: der.subarray(begin, begin + size), length: begin + size }
}
