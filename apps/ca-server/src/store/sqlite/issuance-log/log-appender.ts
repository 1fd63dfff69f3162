import { formatLogEntry, type LogEntry } from '@easycerts/shared/issuance-log'
import { hashLeaf } from '@easycerts/shared/merkle-log'
import type { Connection } from '../connection.ts'
import { STORED_EVERY, type TreeMemory } from './tree-memory.ts'

export type UnnumberedEntry = Omit<LogEntry, 'sequence'>

/** Writes entries and the nodes of the tree that they complete; gives an entry's number. */
export type LogAppender = (entry: UnnumberedEntry) => number

export const createLogAppender = (connection: Connection, tree: TreeMemory): LogAppender => {
  const insertEntry = connection.prepare(
    'INSERT INTO log (sequence, at, kind, actor, node, serial_number, entry) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const insertNode = connection.prepare(
    'INSERT INTO log_nodes (level, position, hash) VALUES (?, ?, ?)',
  )
  return (unnumbered) => {
    const sequence = tree.size + 1
    const { at, kind, actor, body } = unnumbered
    const text = formatLogEntry({ sequence, ...unnumbered })
    insertEntry.run(
      sequence,
      at,
      kind,
      actor,
      textOf(body['node']),
      textOf(body['serialNumber']),
      text,
    )
    for (const { level, position, hash } of tree.append(hashLeaf(Buffer.from(text, 'utf8'))))
      if (level % STORED_EVERY === 0) insertNode.run(level, position, hash)
    return sequence
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
