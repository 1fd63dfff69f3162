import { EMPTY_ROOT, hashNode, type TreeHash } from './tree-hash.ts'
import { isOdd, shiftRight } from './tree-range.ts'

/** RFC 9162 §2.1.3.2: the root that follows from a leaf and its path; undefined if it is no such path. */
export const rootFromInclusion = (
  leaf: TreeHash,
  index: number,
  size: number,
  proof: readonly TreeHash[],
): TreeHash | undefined => {
  if (!isIndex(index) || !isIndex(size) || index >= size) return undefined
  let [position, last, root] = [index, size - 1, leaf]
  for (const sibling of proof) {
    if (last === 0) return undefined
    if (isOdd(position) || position === last) {
      root = hashNode(sibling, root)
      while (!isOdd(position) && position !== 0) [position, last] = up(position, last)
    } else {
      root = hashNode(root, sibling)
    }
    ;[position, last] = up(position, last)
  }
  return last === 0 ? root : undefined
}

/**
 * The root of the tree as it was before the leaf at `index` came, which the path of that leaf
 * holds: its siblings on the left are the complete subtrees of that tree. The path itself must
 * have been verified. undefined if it is no path of that leaf.
 */
export const rootBefore = (
  index: number,
  size: number,
  proof: readonly TreeHash[],
): TreeHash | undefined => {
  if (!isIndex(index) || !isIndex(size) || index >= size) return undefined
  let [position, last] = [index, size - 1]
  let root: TreeHash | undefined
  for (const sibling of proof) {
    if (last === 0) return undefined
    if (isOdd(position) || position === last) {
      root = root ? hashNode(sibling, root) : sibling
      while (!isOdd(position) && position !== 0) [position, last] = up(position, last)
    }
    ;[position, last] = up(position, last)
  }
  return last === 0 ? (root ?? EMPTY_ROOT) : undefined
}

/** One end of a consistency proof. */
export interface TreeState {
  readonly size: number
  readonly root: TreeHash
}

/** RFC 9162 §2.1.4.2: whether the later tree holds the earlier one unchanged. */
export const isConsistent = (
  earlier: TreeState,
  later: TreeState,
  proof: readonly TreeHash[],
): boolean => {
  if (!isIndex(earlier.size) || !isIndex(later.size) || earlier.size > later.size) return false
  if (earlier.size === later.size) return proof.length === 0 && earlier.root.equals(later.root)
  // Every tree holds the empty one.
  if (earlier.size === 0) return proof.length === 0 && earlier.root.equals(EMPTY_ROOT)
  // A complete earlier tree is a subtree of the later one, whose hash the verifier has already.
  const [first, ...rest] = isPowerOfTwo(earlier.size) ? [earlier.root, ...proof] : proof
  if (!first) return false
  let [position, last] = [earlier.size - 1, later.size - 1]
  while (isOdd(position)) [position, last] = up(position, last)
  let [old, fresh] = [first, first]
  for (const hash of rest) {
    if (last === 0) return false
    if (isOdd(position) || position === last) {
      old = hashNode(hash, old)
      fresh = hashNode(hash, fresh)
      while (!isOdd(position) && position !== 0) [position, last] = up(position, last)
    } else {
      fresh = hashNode(fresh, hash)
    }
    ;[position, last] = up(position, last)
  }
  return last === 0 && old.equals(earlier.root) && fresh.equals(later.root)
}

const up = (position: number, last: number): [number, number] => [
  shiftRight(position, 1),
  shiftRight(last, 1),
]

// Not by a logarithm, which rounds for large sizes.
const isPowerOfTwo = (value: number): boolean => 2 ** Math.round(Math.log2(value)) === value

const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
