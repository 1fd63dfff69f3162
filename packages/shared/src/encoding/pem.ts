import { EasycertsError } from '../errors/index.ts'

export type PemLabel =
  | 'CERTIFICATE'
  | 'CERTIFICATE REQUEST'
  | 'PRIVATE KEY'
  | 'ENCRYPTED PRIVATE KEY'
  | 'PUBLIC KEY'
  | 'X509 CRL'

export interface PemBlock {
  readonly label: string
  readonly der: Buffer
}

// A bound against hostile input: the largest thing we read is a bundle of some dozen certificates.
const MAX_PEM_LENGTH = 1 << 20
const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----\r?\n([A-Za-z0-9+/=\r\n]+?)\r?\n?-----END \1-----/g

/** RFC 7468 strict textual encoding, 64 columns. */
export const encodePem = (label: PemLabel, der: Uint8Array): string => {
  const base64 = Buffer.from(der).toString('base64')
  const lines = base64.match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/**
 * Every block of a text, in order; text around the blocks is skipped (RFC 7468 §5.2). A block that
 * begins and cannot be read fails the whole: a bundle must not lose a CA without a word.
 */
export const decodePemBlocks = (text: string): PemBlock[] => {
  if (text.length > MAX_PEM_LENGTH)
    throw new EasycertsError('ERR_PEM_MALFORMED', 'PEM text is too long')
  const blocks = Array.from(text.matchAll(BLOCK), ([, label = '', body = '']) => ({
    label,
    der: decodeBase64(body),
  }))
  if (blocks.length !== (text.match(/-----BEGIN /g) ?? []).length) throw damaged()
  return blocks
}

const damaged = () => new EasycertsError('ERR_PEM_MALFORMED', 'a block of the PEM is damaged')

/** Strict: Node itself drops what it does not understand. */
const decodeBase64 = (body: string): Buffer => {
  const octets = Buffer.from(body, 'base64')
  if (octets.length === 0 || octets.toString('base64') !== body.replace(/[\r\n]/g, ''))
    throw damaged()
  return octets
}

/** The only block of that label; ERR_PEM_MALFORMED if there is none, or more than one. */
export const decodePem = (label: PemLabel, text: string): Buffer => {
  const [block, second] = decodePemBlocks(text).filter((candidate) => candidate.label === label)
  if (!block || second)
    throw new EasycertsError(
      'ERR_PEM_MALFORMED',
      `expected exactly one ${label.toLowerCase()} in PEM`,
    )
  return block.der
}
