import type { CompactRange, HashedNode } from '@easycerts/shared/merkle-log'
import { STORED_EVERY } from '../issuance-log/tree-memory.ts'
import type { Connection } from '../connection.ts'
import { type DifferenceList, isSameHash } from './difference.ts'

/** The stored nodes above the leaves against those that follow from the entries. */
export const createTreeCheck = (connection: Connection, differences: DifferenceList) => {
  const find = connection
    .prepare<[number, number], Buffer>(
      'SELECT hash FROM log_nodes WHERE level = ? AND position = ?',
    )
    .pluck()
  const counts = connection.prepare<[], { level: number; count: number; last: number }>(
    'SELECT level, count(*) AS count, max(position) AS last FROM log_nodes GROUP BY level',
  )
  return {
    onGrown: (completed: readonly HashedNode[]): void => {
      for (const { level, position, hash } of completed)
        if (level > 0 && level % STORED_EVERY === 0 && !isSameHash(find.get(level, position), hash))
          differences.add(
            'log_nodes',
            `${level}/${position}`,
            'the node does not follow from the log',
          )
    },
    /** Nodes that no entry accounts for. */
    atEnd: ({ size }: CompactRange): void => {
      for (const { level, count, last } of counts.all()) {
        const expected = level % STORED_EVERY === 0 ? Math.floor(size / 2 ** level) : 0
        if (count > expected || last >= expected)
          differences.add('log_nodes', `${level}/${last}`, 'the node is of no entry')
      }
    },
  }
}
