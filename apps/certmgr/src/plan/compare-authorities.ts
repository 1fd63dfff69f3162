import type { Sighting } from './plan-proof.ts'

/**
 * What a server's list of CAs says of the bundle that it was given. A server may take others too
 * (kube-apiserver those of the front proxy), but none that no bundle of this node holds any more.
 */
export const compareAuthorities = (
  listed: readonly Buffer[],
  bundle: readonly Buffer[],
  others: readonly Buffer[],
): Sighting => {
  const [named, wanted] = [hexOf(listed), hexOf(bundle)]
  const known = new Set([...wanted, ...hexOf(others)])
  const isComplete = [...wanted].every((name) => named.has(name))
  return isComplete && [...named].every((name) => known.has(name))
    ? { kind: 'new' }
    : { kind: 'stale' }
}

const hexOf = (names: readonly Buffer[]): Set<string> =>
  new Set(names.map((name) => name.toString('hex')))
