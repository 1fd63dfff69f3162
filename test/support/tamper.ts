import Database from 'better-sqlite3'

/** Changes a database as somebody does who may write the file: past every trigger and rule. */
export const tamper = (path: string, ...statements: readonly string[]): void => {
  const database = new Database(path)
  try {
    database.pragma('foreign_keys = OFF')
    database.pragma('ignore_check_constraints = ON')
    const triggers = database
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`)
      .pluck()
      .all() as string[]
    for (const name of triggers) database.exec(`DROP TRIGGER ${name}`)
    for (const statement of statements) database.exec(statement)
  } finally {
    database.close()
  }
}
