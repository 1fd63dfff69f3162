import type { NewLogEntry } from '../../../authority/index.ts'
import type { CompactRange } from '@easycerts/shared/merkle-log'
import type { ChangeJournal, Changes } from './change-journal.ts'
import type { LogAppender } from './log-appender.ts'
import type { TreeMemory } from './tree-memory.ts'

interface OpenEntry {
  readonly entry: NewLogEntry
  readonly changes: Changes
}

interface WorkLogParts {
  readonly journal: ChangeJournal
  readonly appender: LogAppender
  readonly tree: TreeMemory
}

/**
 * The entries of one work at a time, and the changes that they vouch for. Nothing that is recorded
 * changes without an entry.
 */
export class WorkLog {
  readonly #parts: WorkLogParts
  #entries: OpenEntry[] = []
  #mark: CompactRange

  constructor(parts: WorkLogParts) {
    this.#parts = parts
    this.#mark = parts.tree.mark
  }

  begin(): void {
    this.#mark = this.#parts.tree.mark
    this.#clear()
  }

  /** Takes the changes so far into the entry; gives the number that it will have. */
  append(entry: NewLogEntry): number {
    this.#entries.push({ entry, changes: this.#parts.journal.take() })
    return this.#parts.tree.size + this.#entries.length
  }

  /** Writes the entries. A TypeError if recorded rows changed and there is none. */
  finish(): void {
    const rest = this.#parts.journal.take()
    const last = this.#entries.at(-1)
    if (!last && rest.size > 0) throw new TypeError(`a change is not in the log: ${namesOf(rest)}`)
    for (const [id, change] of rest) last?.changes.set(id, change)
    for (const { entry, changes } of this.#entries)
      this.#parts.appender({ origin: null, ...entry, changes: [...changes.values()] })
    this.#clear()
  }

  /** The work failed, and its savepoint is rolled back. */
  abort(): void {
    this.#parts.tree.cutBack(this.#mark)
    this.#clear()
  }

  committed(): void {
    this.#parts.tree.commit()
  }

  /** Nothing since the last commit is there. */
  rolledBack(): void {
    this.#parts.tree.rollBack()
    this.#clear()
  }

  #clear(): void {
    this.#entries = []
    this.#parts.journal.take()
  }
}

const namesOf = (changes: Changes): string =>
  [...new Set(Array.from(changes.values(), ({ table }) => table))].join(', ')
