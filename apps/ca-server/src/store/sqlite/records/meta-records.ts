import type { MetaReading, MetaWriting } from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareOne } from './rows.ts'
import { prepareAdd } from './statements.ts'

export const metaReading = (connection: Connection): MetaReading => {
  const find = prepareOne<{ value: string }>(connection, 'SELECT value FROM meta WHERE name = ?')
  return { findMeta: async (name) => (await find(name))?.value }
}

export const metaWriting = (connection: Connection): MetaWriting => ({
  putMeta: prepareAdd(
    connection,
    'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ),
})
