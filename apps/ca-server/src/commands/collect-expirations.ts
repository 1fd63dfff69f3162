import { createOperatorClient } from '@easycerts/adapters/ca-client'
import { isEasycertsError } from '@easycerts/shared/errors'
import { type ExpirationCursor, type ExpiringItem, pageOfExpirations } from '../authority/index.ts'
import { dataPaths } from '../config/index.ts'
import { openSqliteReading } from '../store/sqlite/index.ts'

/** Everything that can expire and counts now, from the server, or from its database where none runs. */
export const collectExpirations = async (directory: string, now: Date): Promise<ExpiringItem[]> => {
  const paths = dataPaths(directory)
  const newest = new Newest()
  try {
    await askServer(paths.operatorSocket, newest)
  } catch (error) {
    if (!isEasycertsError(error) || error.code !== 'ERR_SERVER_NOT_RUNNING') throw error
    await readRecords(paths.database, now, newest)
  }
  return newest.all()
}

const askServer = async (socketPath: string, newest: Newest): Promise<void> => {
  const client = createOperatorClient({ socketPath })
  let after: string | null | undefined
  while (after !== null) {
    const query = after === undefined ? {} : { after }
    const { items, next } = await client.call('expirationList', { query })
    newest.add(items)
    after = next
  }
}

const readRecords = async (database: string, now: Date, newest: Newest): Promise<void> => {
  const { reading, close } = openSqliteReading(database)
  try {
    let cursor: ExpirationCursor | undefined
    do {
      const { items, next } = await pageOfExpirations(reading, now, cursor)
      newest.add(items)
      cursor = next
    } while (cursor)
  } finally {
    close()
  }
}

/** The server renews its own certificates, and each start makes new ones: the newest counts. */
class Newest {
  readonly #items = new Map<string, ExpiringItem>()

  add(items: readonly ExpiringItem[]): void {
    for (const item of items) {
      const { kind, name, profile, issuer, serialNumber, notBefore } = item
      const key = [kind, issuer, profile, kind === 'person' ? serialNumber : name].join('\n')
      const known = this.#items.get(key)
      if (!known || known.notBefore <= notBefore) this.#items.set(key, item)
    }
  }

  all(): ExpiringItem[] {
    return [...this.#items.values()]
  }
}
