import { EasycertsError } from '@easycerts/shared/errors'
import type { Connection } from '../connection.ts'

type Change = (...values: unknown[]) => Promise<void>

/** A prepared statement that may touch any number of rows. */
export const prepareAdd = (connection: Connection, sql: string): Change => {
  const statement = connection.prepare(sql)
  return (...values) => {
    statement.run(...values)
    return Promise.resolve()
  }
}

/** A prepared statement that must find its one row: the compare half of a compare-and-swap. */
export const prepareChange = (connection: Connection, sql: string): Change => {
  const statement = connection.prepare(sql)
  return (...values) =>
    statement.run(...values).changes === 1
      ? Promise.resolve()
      : Promise.reject(
          new EasycertsError('ERR_STORE_CORRUPT', 'a record that was to change is not as it was'),
        )
}
