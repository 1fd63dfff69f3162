import { checkPrimeSync, generatePrimeSync } from 'node:crypto'
import {
  bitString,
  NULL,
  objectIdentifier,
  OID,
  sequence,
  unsignedInteger,
} from '@easycerts/shared/asn1'

const octetsOf = (number: bigint): Buffer => {
  const hex = number.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}

/** SubjectPublicKeyInfo of any two numbers. */
export const rsaSpki = (modulus: bigint, exponent = 65537n): Buffer =>
  sequence(
    sequence(objectIdentifier(OID.rsaEncryption), NULL),
    bitString(sequence(unsignedInteger(octetsOf(modulus)), unsignedInteger(octetsOf(exponent)))),
  )

/** Whatever it is, it is no product of two good primes, but nothing of ours can know. */
export const oddNumber = (bits: number): bigint => 2n ** BigInt(bits - 1) + 2n ** 700n + 1n

const bitsOf = (number: bigint): number => number.toString(2).length

/** A prime whose square has twice its bits. */
const largePrime = (bits: number): bigint => {
  const prime = generatePrimeSync(bits, { bigint: true })
  return bitsOf(prime * prime) === 2 * bits ? prime : largePrime(bits)
}

const primeFrom = (start: bigint): bigint => {
  let candidate = start | 1n
  while (!checkPrimeSync(candidate)) candidate += 2n
  return candidate
}

/** A modulus of 2048 bits whose primes differ by about 2^`exponent`; by nothing for undefined. */
export const closePrimes = (exponent: number | undefined): bigint => {
  const prime = largePrime(1024)
  return exponent === undefined ? prime * prime : prime * primeFrom(prime + 2n ** BigInt(exponent))
}

const primesBelow = (bound: number): number[] =>
  Array.from({ length: bound - 2 }, (_, index) => index + 2).filter(
    (number, _, all) =>
      !all.some((smaller) => smaller * smaller <= number && number % smaller === 0),
  )

const powerModulo = (base: bigint, exponent: bigint, modulus: bigint): bigint => {
  let [result, square] = [1n, base % modulus]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

// Nemec et al., table 1: the first 126 primes for keys of 1984 to 3936 bits.
const M = primesBelow(702).reduce((product, prime) => product * BigInt(prime), 1n)

/** A prime as Infineon's library made them: k·M + (65537^a mod M). */
const rocaPrime = (random: () => number): bigint => {
  const draw = (bits: number) => BigInt(Math.floor(random() * 2 ** bits))
  const least = (181n * 2n ** 1024n) / (256n * M)
  for (;;) {
    const prime = (least + draw(40)) * M + powerModulo(65537n, draw(50), M)
    if (bitsOf(prime) === 1024 && checkPrimeSync(prime)) return prime
  }
}

/** A modulus of 2048 bits as in CVE-2017-15361. */
export const rocaModulus = (random: () => number): bigint => rocaPrime(random) * rocaPrime(random)
