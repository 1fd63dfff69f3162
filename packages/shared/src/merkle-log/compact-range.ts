import { EMPTY_ROOT, hashNode, type TreeHash } from './tree-hash.ts'
import { foldRange, isOdd, shiftRight, type TreeNode } from './tree-range.ts'

/** All that must be known of a tree to append to it: hashes of its largest complete subtrees, from the left. */
export interface CompactRange {
  readonly size: number
  readonly hashes: readonly TreeHash[]
}

export const EMPTY_RANGE: CompactRange = { size: 0, hashes: [] }

export interface HashedNode extends TreeNode {
  readonly hash: TreeHash
}

export interface Appended {
  readonly range: CompactRange
  /** The subtrees that this leaf completed, itself first. */
  readonly completed: readonly HashedNode[]
}

/** One more leaf; two hashes on average. */
export const appendLeaf = ({ size, hashes }: CompactRange, leaf: TreeHash): Appended => {
  const rest = [...hashes]
  let [level, position, hash] = [0, size, leaf]
  const completed: HashedNode[] = [{ level, position, hash }]
  while (isOdd(position)) {
    const left = rest.pop()
    if (!left) throw new TypeError('a compact range lacks a hash')
    hash = hashNode(left, hash)
    level += 1
    position = shiftRight(position, 1)
    completed.push({ level, position, hash })
  }
  return { range: { size: size + 1, hashes: [...rest, hash] }, completed }
}

export const rootOfRange = ({ hashes }: CompactRange): TreeHash =>
  hashes.length === 0 ? EMPTY_ROOT : foldRange(hashes)
