import { createHash } from 'node:crypto'
import type { GoValue } from '../go-json/index.ts'

const upperHex = (algorithm: string, der: Buffer): string =>
  createHash(algorithm).update(der).digest('hex').toUpperCase()

/** What cfssl tells beside a certificate or a request, for eyes to compare; nobody relies on MD5 here. */
export const digestsOf = (der: Buffer): GoValue => ({
  md5: upperHex('md5', der),
  'sha-1': upperHex('sha1', der),
  'sha-256': upperHex('sha256', der),
})
