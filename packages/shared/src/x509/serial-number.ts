import type { Brand } from '../encoding/index.ts'

/** Lower-case hex, an even number of digits, without a leading zero octet. */
export type SerialNumber = Brand<string, 'SerialNumber'>

/** Octets of randomness that a serial number takes. */
export const SERIAL_RANDOM_OCTETS = 10
const TIME_OCTETS = 6

/**
 * Milliseconds since 1970, then 80 random bits: unpredictable (at least 64 bits, Baseline
 * Requirements 7.1), and in order of time, so that a store of millions appends instead of scattering.
 * The first octet is 1 for positivity and a fixed length of 17 (RFC 5280 §4.1.2.2: at most 20).
 */
export const buildSerialNumber = (now: Date, random: Uint8Array): SerialNumber => {
  const milliseconds = Buffer.alloc(TIME_OCTETS)
  milliseconds.writeUIntBE(now.getTime(), 0, TIME_OCTETS)
  return Buffer.concat([
    Buffer.of(1),
    milliseconds,
    random.subarray(0, SERIAL_RANDOM_OCTETS),
  ]).toString('hex') as SerialNumber
}

export const serialNumberOf = (octets: Uint8Array): SerialNumber => {
  const hex = Buffer.from(octets).toString('hex')
  return (hex.replace(/^(00)+(?=..)/, '') || '00') as SerialNumber
}
