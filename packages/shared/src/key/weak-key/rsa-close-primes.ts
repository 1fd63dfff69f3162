import type { RsaKeyRule } from './weak-key-rule.ts'

/** Boulder's number: primes of a sound generator differ by so much that no number of rounds finds them. */
const ROUNDS = 100

export const rsaClosePrimes: RsaKeyRule = {
  name: 'rsa-close-primes',
  requires: `RSA modulus whose primes ${ROUNDS} rounds of Fermat's method do not find`,
  source: 'CVE-2022-26320, CA/Browser Forum Baseline Requirements §6.1.1.3, FIPS 186-5 §A.1.3',
  findFault: ({ modulus }) =>
    hasClosePrimes(modulus)
      ? 'the two primes of the RSA modulus are close to each other'
      : undefined,
}

/**
 * Fermat: n = a² − b² with a just above √n if the primes are close. That a² − n is a square is
 * tried in residues first, where nearly every candidate fails, so the rounds cost no long arithmetic.
 */
const hasClosePrimes = (modulus: bigint): boolean => {
  const root = squareRoot(modulus)
  const first = root * root === modulus ? root : root + 1n
  const sieves = SIEVES.map(({ product, squares }) => ({
    product,
    squares,
    start: Number(first % BigInt(product)),
    modulus: Number(modulus % BigInt(product)),
  }))
  for (let round = 0; round < ROUNDS; round++) {
    const mayBeSquare = sieves.every(({ product, squares, start, modulus: residue }) => {
      const candidate = start + round
      return squares[(((candidate * candidate - residue) % product) + product) % product] === 1
    })
    if (mayBeSquare && isSquare((first + BigInt(round)) ** 2n - modulus)) return true
  }
  return false
}

const isSquare = (number: bigint): boolean => squareRoot(number) ** 2n === number

/** Newton's method from above, so the first value that does not fall is the floor of the root. */
const squareRoot = (number: bigint): bigint => {
  if (number < 2n) return number
  const bits = number.toString(16).length * 4
  let root = 2n ** BigInt(Math.ceil(bits / 2) + 1)
  if (bits > 104) {
    const shift = BigInt((bits - 104) & ~1)
    root = (BigInt(Math.floor(Math.sqrt(Number(number >> shift)))) + 1n) << (shift / 2n)
  }
  for (;;) {
    const next = (root + number / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

/** Which residues are squares: each sieve lets through one candidate in dozens. */
const sieveOf = (product: number) => {
  const squares = new Uint8Array(product)
  for (let number = 0; number < product; number++) squares[(number * number) % product] = 1
  return { product, squares }
}

const SIEVES = [64 * 9 * 5 * 7, 11 * 13 * 17, 19 * 23 * 29].map(sieveOf)
