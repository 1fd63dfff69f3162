/** NIST SP 800-89 §5.3.3 asks for no factor below this. */
const BOUND = 752

const sieve = (): number[] => {
  const primes: number[] = []
  for (let number = 2; number < BOUND; number++)
    if (primes.every((prime) => number % prime !== 0)) primes.push(number)
  return primes
}

/** The primes below 752. */
export const SMALL_PRIMES: readonly number[] = sieve()

const PRODUCT = SMALL_PRIMES.reduce((product, prime) => product * BigInt(prime), 1n)

interface Group {
  readonly product: bigint
  readonly primes: readonly number[]
}

/** Primes whose product a double holds exactly: one long division serves them all. */
const groupsOf = (primes: readonly number[]): Group[] => {
  const groups: { product: number; primes: number[] }[] = []
  for (const prime of primes) {
    const last = groups.at(-1)
    if (last && last.product * prime <= Number.MAX_SAFE_INTEGER) {
      last.product *= prime
      last.primes.push(prime)
    } else groups.push({ product: prime, primes: [prime] })
  }
  return groups.map((group) => ({ ...group, product: BigInt(group.product) }))
}

const GROUPS = groupsOf(SMALL_PRIMES)

/** A number modulo every prime below 752, at the index of the prime. */
export const smallResiduesOf = (number: bigint): Uint16Array => {
  const reduced = number % PRODUCT
  const residues = new Uint16Array(BOUND)
  for (const { product, primes } of GROUPS) {
    const residue = Number(reduced % product)
    for (const prime of primes) residues[prime] = residue % prime
  }
  return residues
}
