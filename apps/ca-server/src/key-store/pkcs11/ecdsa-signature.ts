import { sequence, unsignedInteger } from '@easycerts/shared/asn1'

/** PKCS#11 gives r and s side by side, X.509 wants a SEQUENCE of two (RFC 3279 §2.2.3). */
export const ecdsaSignatureDer = (sides: Buffer): Buffer => {
  const half = sides.length / 2
  return sequence(unsignedInteger(sides.subarray(0, half)), unsignedInteger(sides.subarray(half)))
}
