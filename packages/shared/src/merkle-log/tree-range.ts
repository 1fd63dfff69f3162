import { hashNode, type TreeHash } from './tree-hash.ts'

/**
 * A complete subtree: it covers the leaves from `position` · 2^level, 2^level of them. Its hash
 * never changes once the last of these leaves is there.
 */
export interface TreeNode {
  readonly level: number
  readonly position: number
}

// Sizes go beyond 2^31, so there is no bit arithmetic.
export const shiftRight = (value: number, bits: number): number => Math.floor(value / 2 ** bits)

export const isOdd = (value: number): boolean => value % 2 === 1

/** The largest power of two that is smaller than `size` (RFC 9162 §2.1.1: k < n ≤ 2k). */
export const splitOf = (size: number): number => {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

/**
 * The complete subtrees that make up the leaves `start` up to, and not with, `end`, from the left.
 * `start` must be a multiple of the power of two that covers the range, as it is in all proofs.
 */
export const nodesOfRange = (start: number, end: number): TreeNode[] => {
  const nodes: TreeNode[] = []
  let at = start
  while (at < end) {
    let level = 0
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level++
    nodes.push({ level, position: at / 2 ** level })
    at += 2 ** level
  }
  return nodes
}

/** Hash of a range from those of its subtrees, smallest first joined, as RFC 9162 §2.1.1 splits it. */
export const foldRange = (hashes: readonly TreeHash[]): TreeHash => {
  const last = hashes.at(-1)
  if (!last) throw new TypeError('an empty range has no hash')
  return hashes.slice(0, -1).reduceRight((right, left) => hashNode(left, right), last)
}
