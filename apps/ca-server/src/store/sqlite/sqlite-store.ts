import type { Store } from '../../authority/index.ts'
import { type CommitOutcome, GroupCommit } from './group-commit.ts'
import { openChangeJournal } from './issuance-log/change-journal.ts'
import { createLogAppender } from './issuance-log/log-appender.ts'
import { loadTreeMemory, openStoredNodes } from './issuance-log/tree-nodes.ts'
import { WorkLog } from './issuance-log/work-log.ts'
import { openDatabase, openReader } from './open-database.ts'
import { createReading } from './sqlite-reading.ts'
import { createWriting } from './sqlite-writing.ts'

/** The store in one SQLite file: one writing connection, one that reads committed state. */
export const openSqliteStore = (
  path: string,
  onCommit?: (outcome: CommitOutcome) => void,
): Store => {
  const writer = openDatabase(path)
  const reader = openReader(path)
  const tree = loadTreeMemory(openStoredNodes(writer))
  const appender = createLogAppender(writer, tree)
  const log = new WorkLog({ journal: openChangeJournal(writer), appender, tree })
  const commits = new GroupCommit(writer, createWriting(writer, tree, log), log, onCommit)
  const reading = createReading(reader, tree)
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
