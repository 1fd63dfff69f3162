import { createHash } from 'node:crypto'

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const split = (size: number): number => {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}

/** MTH of RFC 6962 §2.1, word for word. */
export const naiveRoot = (entries: readonly Uint8Array[]): Buffer => {
  const [only] = entries
  if (!only) return sha256()
  if (entries.length === 1) return sha256(Buffer.of(0), only)
  const k = split(entries.length)
  return sha256(Buffer.of(1), naiveRoot(entries.slice(0, k)), naiveRoot(entries.slice(k)))
}

/** PATH of RFC 6962 §2.1.1, word for word. */
export const naivePath = (m: number, entries: readonly Uint8Array[]): Buffer[] => {
  if (entries.length === 1) return []
  const k = split(entries.length)
  const [left, right] = [entries.slice(0, k), entries.slice(k)]
  return m < k
    ? [...naivePath(m, left), naiveRoot(right)]
    : [...naivePath(m - k, right), naiveRoot(left)]
}

const subproof = (m: number, entries: readonly Uint8Array[], isWhole: boolean): Buffer[] => {
  if (m === entries.length) return isWhole ? [] : [naiveRoot(entries)]
  const k = split(entries.length)
  const [left, right] = [entries.slice(0, k), entries.slice(k)]
  return m <= k
    ? [...subproof(m, left, isWhole), naiveRoot(right)]
    : [...subproof(m - k, right, false), naiveRoot(left)]
}

/** PROOF of RFC 6962 §2.1.2, word for word. */
export const naiveProof = (m: number, entries: readonly Uint8Array[]): Buffer[] =>
  subproof(m, entries, true)
