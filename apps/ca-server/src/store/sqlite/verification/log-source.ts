import type { Connection } from '../connection.ts'

/** A log where it lies: its entries in order, with what is stored beside them. */
export interface LogSource {
  readonly entries: () => Iterable<StoredEntry> | AsyncIterable<StoredEntry>
  /** For progress; undefined where nobody knows. */
  readonly size: number | undefined
}

export interface StoredEntry {
  readonly text: string
  /** Where the entry stands: its number, in an export its line. */
  readonly sequence: number
  /** The copies of fields that are searched by; absent in an export. */
  readonly copies?: Readonly<
    Record<'at' | 'kind' | 'actor' | 'node' | 'serialNumber', string | null>
  >
  /** The stored leaf; null where it is missing. */
  readonly leaf?: Buffer | null
}

interface Raw {
  readonly sequence: number
  readonly entry: unknown
  readonly at: string
  readonly kind: string
  readonly actor: string
  readonly node: string | null
  readonly serial_number: string | null
  readonly hash: Buffer | null
}

/** The log of a database, which must stay in one read transaction. */
export const logOfDatabase = (connection: Connection): LogSource => {
  const select = connection.prepare<[], Raw>(
    `SELECT sequence, entry, at, kind, actor, node, serial_number, hash FROM log
     LEFT JOIN log_nodes ON level = 0 AND position = sequence - 1 ORDER BY sequence`,
  )
  return {
    size: Number(connection.prepare('SELECT count(*) FROM log').pluck().get()),
    entries: function* () {
      for (const { sequence, entry, hash, serial_number, ...copies } of select.iterate())
        yield {
          // Whoever changed the schema as well may have stored anything.
          text: typeof entry === 'string' ? entry : '',
          sequence,
          leaf: hash,
          copies: { ...copies, serialNumber: serial_number },
        }
    },
  }
}
