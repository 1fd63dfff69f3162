import { mutateOctets } from '../mutate-octets.ts'
import type { Mutation } from './mutate-text.ts'

const BLOCK = 512
const MAGIC = { at: 257, text: 'ustar' }
const CHECKSUM = { at: 148, length: 8 }

/** Damages a tar and mends the checksums of its headers mostly, or nothing behind them would be reached. */
export const mutateTar: Mutation = (input, _other, random) => {
  const damaged = mutateOctets(input, random)
  if (random() < 0.2) return damaged
  for (let at = 0; at + BLOCK <= damaged.length; at += BLOCK) {
    const header = damaged.subarray(at, at + BLOCK)
    const isHeader =
      header.toString('latin1', MAGIC.at, MAGIC.at + MAGIC.text.length) === MAGIC.text
    if (isHeader) mendChecksum(header)
  }
  return damaged
}

/** POSIX.1-2017, pax: the sum of all octets, those of the field itself counted as blanks. */
const mendChecksum = (header: Buffer): void => {
  header.fill(' ', CHECKSUM.at, CHECKSUM.at + CHECKSUM.length)
  const sum = header.reduce((total, octet) => total + octet, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM.at, 'latin1')
}
