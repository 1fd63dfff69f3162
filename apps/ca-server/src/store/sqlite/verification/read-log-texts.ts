import { openReader } from '../open-database.ts'

/** The canonical texts of the first `size` entries, in order; the server may run meanwhile. */
export function* readLogTexts(path: string, size: number): Iterable<string> {
  const connection = openReader(path)
  try {
    yield* connection
      .prepare<[number], string>('SELECT entry FROM log WHERE sequence <= ? ORDER BY sequence')
      .pluck()
      .iterate(size)
  } finally {
    connection.close()
  }
}
