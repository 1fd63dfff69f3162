import { enterWhole, readOctetBits, readUnsignedInteger, TAG } from '../asn1/index.ts'
import { smallResiduesOf } from './small-residues.ts'

/** The numbers of an RSA key (RFC 8017 §3.1). */
export interface RsaNumbers {
  readonly modulus: bigint
  readonly modulusBits: number
  readonly exponent: bigint
  /** The modulus modulo each prime below 752, at the index of the prime. */
  readonly residues: Uint16Array
}

// Twice the largest key that policy accepts: enough to say what is wrong, not enough to be slow.
const MAX_SPKI_OCTETS = 1200

/**
 * RSAPublicKey (RFC 3279 §2.3.1) in strict DER, so that one key has one encoding; ERR_DER_MALFORMED.
 * undefined for one that is larger than any that is accepted.
 */
export const readRsaNumbers = (spki: Buffer): RsaNumbers | undefined => {
  if (spki.length > MAX_SPKI_OCTETS) return undefined
  const fields = enterWhole(spki, 'public key')
  fields.expect(TAG.SEQUENCE, 'key algorithm')
  const bits = readOctetBits(fields.expect(TAG.BIT_STRING, 'key bits').content)
  fields.end('key bits')
  const numbers = enterWhole(bits, 'RSA key')
  const modulus = numberOf(readUnsignedInteger(numbers.expect(TAG.INTEGER, 'modulus').content))
  const exponent = numberOf(readUnsignedInteger(numbers.expect(TAG.INTEGER, 'exponent').content))
  numbers.end('exponent')
  return {
    modulus,
    modulusBits: bitLength(modulus),
    exponent,
    residues: smallResiduesOf(modulus),
  }
}

const numberOf = (octets: Buffer): bigint => BigInt(`0x${octets.toString('hex')}`)

const bitLength = (number: bigint): number => {
  const digits = number.toString(16)
  return digits.length * 4 - Math.clz32(Number.parseInt(digits.charAt(0), 16)) + 28
}
