import {
  type CompactRange,
  EMPTY_RANGE,
  appendLeaf,
  hashNode,
  type HashedNode,
  planRoot,
  rootOfRange,
  type TreeHash,
  type TreeNode,
} from '@easycerts/shared/merkle-log'

/** Leaves whose nodes are kept beyond the newest, so that fresh proofs need no look at the disk. */
const KEPT_LEAVES = 4096

/** The nodes of one level from position `base` on. */
interface Level {
  base: number
  hashes: TreeHash[]
}

/**
 * The newest part of the log's tree. Works append to it before they are committed, and it is cut
 * back with them; readers see what is committed.
 */
export class TreeMemory {
  #working: CompactRange = EMPTY_RANGE
  #committed: CompactRange = EMPTY_RANGE
  readonly #levels: Level[] = []

  /** A tree of `size` leaves from nodes that the store keeps: of each level, those after `base`. */
  constructor(size: number, stored: ReadonlyMap<number, Readonly<Level>>) {
    for (const [level, { base, hashes }] of stored) this.#fill(level, base, hashes)
    const hashes = planRoot(size).map((node) => this.#require(node))
    this.#working = this.#committed = { size, hashes }
  }

  /** With the work that runs now. */
  get size(): number {
    return this.#working.size
  }

  get committed(): CompactRange {
    return this.#committed
  }

  append(leaf: TreeHash): readonly HashedNode[] {
    const { range, completed } = appendLeaf(this.#working, leaf)
    for (const { level, position, hash } of completed)
      this.#levelAt(level, position).hashes.push(hash)
    this.#working = range
    return completed
  }

  /** A later cut goes back to here. */
  get mark(): CompactRange {
    return this.#working
  }

  cutBack(mark: CompactRange): void {
    this.#working = mark
    this.#levels.forEach((level, index) => {
      level.hashes.length = Math.max(0, Math.floor(mark.size / 2 ** index) - level.base)
    })
  }

  commit(): void {
    this.#committed = this.#working
    this.#levels.forEach((level, index) => {
      const excess = level.hashes.length - Math.max(2, KEPT_LEAVES / 2 ** index)
      // In large steps: each one copies what stays.
      if (excess < KEPT_LEAVES) return
      level.base += excess
      level.hashes = level.hashes.slice(excess)
    })
  }

  rollBack(): void {
    this.cutBack(this.#committed)
  }

  /** Of a committed subtree; undefined for one that is too old to be here. */
  find({ level, position }: TreeNode): TreeHash | undefined {
    const kept = this.#levels[level]
    return kept?.hashes[position - kept.base]
  }

  root(): TreeHash {
    return rootOfRange(this.#committed)
  }

  /** The levels above a stored one follow from it. */
  #fill(level: number, base: number, hashes: readonly TreeHash[]): void {
    let row = { base, hashes: [...hashes] }
    for (let above = level; above < level + STORED_EVERY; above++) {
      this.#levels[above] = row
      row = { base: row.base / 2, hashes: hashPairs(row.hashes) }
    }
  }

  #levelAt(level: number, position: number): Level {
    return (this.#levels[level] ??= { base: position, hashes: [] })
  }

  #require(node: TreeNode): TreeHash {
    const hash = this.find(node)
    if (!hash) throw new TypeError(`the tree lacks node ${node.level}/${node.position}`)
    return hash
  }
}

/** Only levels that are multiples of this are stored; a node between them follows from 128 at most. */
export const STORED_EVERY = 8

/** Hashes of the complete pairs: the nodes one level up. */
export const hashPairs = (hashes: readonly TreeHash[]): TreeHash[] => {
  const above: TreeHash[] = []
  for (let at = 0; at + 1 < hashes.length; at += 2)
    above.push(hashNode(hashes[at] as TreeHash, hashes[at + 1] as TreeHash))
  return above
}
