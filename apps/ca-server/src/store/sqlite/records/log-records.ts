import { parseLogEntry } from '@easycerts/shared/issuance-log'
import type { LogPage, LogQuery, LogReading, LogWriting } from '../../../authority/index.ts'
import { openStoredNodes } from '../issuance-log/tree-nodes.ts'
import type { TreeMemory } from '../issuance-log/tree-memory.ts'
import type { WorkLog } from '../issuance-log/work-log.ts'
import type { Connection } from '../connection.ts'

/** Entries that one question looks at, at most: it must not keep the event loop for long. */
const SCANNED_ENTRIES = 5000

interface Found {
  readonly sequence: number
  readonly entry: string
}

const CONDITIONS: Readonly<Record<Exclude<keyof LogQuery, 'limit' | 'before'>, string>> = {
  kind: 'kind = @kind',
  actor: 'actor = @actor',
  node: 'node = @node',
  serialNumber: 'serial_number = @serialNumber',
  since: 'at >= @since',
  until: 'at < @until',
}

export const logReading = (connection: Connection, tree: TreeMemory): LogReading => {
  const stored = openStoredNodes(connection)
  const newest = connection
    .prepare<[number], string>('SELECT entry FROM log ORDER BY sequence DESC LIMIT ?')
    .pluck()
  const find = connection
    .prepare<[number], string>('SELECT entry FROM log WHERE sequence = ?')
    .pluck()
  const listIssuances = connection.prepare<[string], Found>(
    `SELECT sequence, entry FROM log WHERE serial_number = ? AND kind = 'certificate-issued'`,
  )
  const epochs = connection
    .prepare<[], string>(`SELECT entry FROM log WHERE kind = 'epoch-started' ORDER BY sequence`)
    .pluck()
  return {
    listLog: (limit) => Promise.resolve(newest.all(limit).map(parseLogEntry)),
    searchLog: (query) => Promise.resolve(searchLog(connection, query, tree.committed.size)),
    findLogEntry: (sequence) => Promise.resolve(find.get(sequence)),
    // Two issuers may give one number; the text need not be parsed to tell them apart.
    findIssuanceEntry: (serialNumber, fingerprint) =>
      Promise.resolve(
        listIssuances
          .all(serialNumber)
          .find(({ entry }) => entry.includes(`"fingerprint":"${fingerprint}"`)),
      ),
    listEpochStarts: () => Promise.resolve(epochs.all()),
    logTree: () => Promise.resolve(tree.committed),
    listTreeHashes: (nodes) =>
      Promise.resolve(nodes.map((node) => tree.find(node) ?? stored.hashOf(node))),
  }
}

const searchLog = (connection: Connection, query: LogQuery, size: number): LogPage => {
  const { limit, before = size + 1, ...filters } = query
  const names = (Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]).filter(
    (name) => filters[name] !== undefined,
  )
  const isIndexed = filters.serialNumber !== undefined
  const from = isIndexed || names.length === 0 ? 0 : Math.max(0, before - SCANNED_ENTRIES)
  const found = connection
    .prepare<[object], Found>(
      `SELECT sequence, entry FROM log WHERE sequence >= @from AND sequence < @before
       ${names.map((name) => `AND ${CONDITIONS[name]}`).join(' ')}
       ORDER BY sequence DESC LIMIT @limit`,
    )
    .all({ ...filters, from, before, limit })
  const last = found.length === limit ? (found.at(-1)?.sequence ?? 0) : from
  return {
    entries: found.map(({ entry }) => parseLogEntry(entry)),
    next: last > 1 ? last : null,
  }
}

export const logWriting = (log: WorkLog): LogWriting => ({
  appendLog: (entry) => Promise.resolve(log.append(entry)),
})
