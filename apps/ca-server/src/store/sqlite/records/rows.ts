import type { Connection } from '../connection.ts'

// Columns hold what our own statements wrote under the schema's checks, so rows are taken as typed.
type Shape = (raw: unknown) => unknown

const same: Shape = (raw) => raw

/** A row with a JSON column and columns of SQLite's 0 and 1. */
export const shaped =
  (json: readonly string[], booleans: readonly string[]): Shape =>
  (raw) => {
    const row = raw as Record<string, unknown>
    return {
      ...row,
      ...Object.fromEntries(json.map((name) => [name, JSON.parse(String(row[name])) as unknown])),
      ...Object.fromEntries(booleans.map((name) => [name, row[name] === 1])),
    }
  }

/** A prepared question for one row; undefined where there is none. */
export const prepareOne = <Row>(connection: Connection, sql: string, shape = same) => {
  const statement = connection.prepare(sql)
  return (...values: unknown[]): Promise<Row | undefined> => {
    const raw = statement.get(...values)
    return Promise.resolve(raw === undefined ? undefined : (shape(raw) as Row))
  }
}

/** A prepared question for any number of rows, all in memory: bound it by a LIMIT. */
export const prepareMany = <Row>(connection: Connection, sql: string, shape = same) => {
  const statement = connection.prepare(sql)
  return (...values: unknown[]): Promise<Row[]> =>
    Promise.resolve(statement.all(...values).map((raw) => shape(raw) as Row))
}
