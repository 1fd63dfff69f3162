import { EasycertsError } from '@easycerts/shared/errors'
import type { Reading } from '../../authority/index.ts'
import { loadTreeMemory, openStoredNodes } from './issuance-log/tree-nodes.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { openReader, storeError } from './open-database.ts'
import { createReading } from './sqlite-reading.ts'

export interface OpenedReading {
  readonly reading: Reading
  readonly close: () => void
}

/**
 * Committed records without a store, whether a server has them open or not; nothing is changed.
 * ERR_STORE_UNAVAILABLE, ERR_STORE_CORRUPT, ERR_DATA_DIRECTORY_BROKEN for another schema.
 */
export const openSqliteReading = (path: string): OpenedReading => {
  const connection = openReader(path)
  try {
    if (Number(connection.pragma('user_version', { simple: true })) !== MIGRATIONS.length)
      throw new EasycertsError(
        'ERR_DATA_DIRECTORY_BROKEN',
        'the database was written by another version of easycerts',
        { hint: 'start ca-server once: it brings an older database up to date' },
      )
    const reading = createReading(connection, loadTreeMemory(openStoredNodes(connection)))
    return { reading, close: () => connection.close() }
  } catch (error) {
    connection.close()
    throw storeError(error)
  }
}
