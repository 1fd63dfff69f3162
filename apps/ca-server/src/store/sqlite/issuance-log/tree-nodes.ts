import { EasycertsError } from '@easycerts/shared/errors'
import type { TreeHash, TreeNode } from '@easycerts/shared/merkle-log'
import type { Connection } from '../connection.ts'
import { hashPairs, STORED_EVERY, TreeMemory } from './tree-memory.ts'

/** Children of a stored node that are stored themselves. */
const TILE = 2 ** STORED_EVERY

const HIGHEST_LEVEL = 48

/** What a connection sees of the stored nodes. */
export interface StoredNodes {
  /** How many entries the log has. */
  size(): number
  /** Hash of a complete subtree; at most 128 stored ones are read. ERR_STORE_CORRUPT. */
  readonly hashOf: (node: TreeNode) => TreeHash
  /** Stored hashes of one level from `start` up to, and not with, `end`. ERR_STORE_CORRUPT. */
  range(level: number, start: number, end: number): TreeHash[]
}

export const openStoredNodes = (connection: Connection): StoredNodes => {
  const select = connection
    .prepare<[number, number, number], Buffer>(
      'SELECT hash FROM log_nodes WHERE level = ? AND position >= ? AND position < ? ORDER BY position',
    )
    .pluck()
  const last = connection.prepare<[], number>('SELECT coalesce(max(sequence), 0) FROM log').pluck()
  const range = (level: number, start: number, end: number): TreeHash[] => {
    const hashes = select.all(level, start, end)
    if (hashes.length !== end - start)
      throw new EasycertsError('ERR_STORE_CORRUPT', 'the database lacks nodes of the log')
    return hashes
  }
  return {
    size: () => last.get() ?? 0,
    range,
    hashOf: ({ level, position }) => {
      const stored = Math.floor(level / STORED_EVERY) * STORED_EVERY
      const width = 2 ** (level - stored)
      let hashes = range(stored, position * width, (position + 1) * width)
      while (hashes.length > 1) hashes = hashPairs(hashes)
      return hashes[0] as TreeHash
    },
  }
}

/** The memory of a log that is on the disk. */
export const loadTreeMemory = (nodes: StoredNodes): TreeMemory => {
  const size = nodes.size()
  const stored = new Map<number, { base: number; hashes: TreeHash[] }>()
  for (let level = 0; level <= HIGHEST_LEVEL; level += STORED_EVERY) {
    const count = Math.floor(size / 2 ** level)
    const base = Math.floor(count / TILE) * TILE
    if (count > 0) stored.set(level, { base, hashes: nodes.range(level, base, count) })
  }
  return new TreeMemory(size, stored)
}
