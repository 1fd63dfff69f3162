import { type SerialNumber, serialNumberOf } from '@easycerts/shared/x509'

/** Octets that a serial number of cfssl takes. */
export const LEGACY_SERIAL_OCTETS = 20

/** All random but the first bit, which would make it negative. */
export const randomSerialNumber = (random: Buffer): SerialNumber => {
  const octets = Buffer.from(random.subarray(0, LEGACY_SERIAL_OCTETS))
  octets[0] = (octets[0] ?? 0) & 0x7f
  return serialNumberOf(octets)
}

export const serialNumberOfInteger = (value: bigint): SerialNumber => {
  const hex = value.toString(16)
  return serialNumberOf(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'))
}
