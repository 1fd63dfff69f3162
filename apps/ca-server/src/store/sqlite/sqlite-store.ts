import type { Store } from '../../authority/index.ts'
import { GroupCommit } from './group-commit.ts'
import { openDatabase, openReader } from './open-database.ts'
import { createReading } from './sqlite-reading.ts'
import { createWriting } from './sqlite-writing.ts'

/** The store in one SQLite file: one writing connection, one that reads committed state. */
export const openSqliteStore = (path: string): Store => {
  const writer = openDatabase(path)
  const reader = openReader(path)
  const commits = new GroupCommit(writer, createWriting(writer))
  const reading = createReading(reader)
  return {
    transact: (work) => commits.submit(work),
    read: (work) => work(reading),
    close: async () => {
      await commits.close()
      reader.close()
      writer.close()
    },
  }
}
