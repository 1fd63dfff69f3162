import { setImmediate } from 'node:timers/promises'
import { EasycertsError } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'
import type { Writing } from '../../authority/index.ts'
import type { WorkLog } from './issuance-log/work-log.ts'
import { isDiskFailure, storeError } from './open-database.ts'
import type { Connection } from './connection.ts'

interface Job {
  readonly work: (writing: Writing) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** How one commit went, for the metrics. */
export interface CommitOutcome {
  readonly works: number
  readonly seconds: number
  readonly isDurable: boolean
  /** The disk did not take it: nothing is written any more until the store is opened anew. */
  readonly hasDiskFailed: boolean
}

type Outcome = { readonly value: unknown } | { readonly error: unknown }

/** Prepared once: parsing these for every work costs more than the work. */
const CONTROL = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollBack: 'ROLLBACK',
  mark: 'SAVEPOINT work',
  release: 'RELEASE work',
  rollBackToMark: 'ROLLBACK TO work',
} as const

const prepareControl = (connection: Connection) => {
  const prepared = Object.entries(CONTROL).map(([name, sql]) => {
    const statement = connection.prepare(sql)
    return [name, () => void statement.run()] as const
  })
  return Object.fromEntries(prepared) as Record<keyof typeof CONTROL, () => void>
}

// A bound on how long one commit may keep the event loop.
const MAX_BATCH = 128

/**
 * All works that arrived while the last commit ran share the next one: durable at the price of
 * one flush per batch. Each work has a savepoint of its own, so one that fails takes nothing with it.
 */
export class GroupCommit {
  readonly #connection: Connection
  readonly #writing: Writing
  readonly #log: WorkLog
  readonly #onCommit: ((outcome: CommitOutcome) => void) | undefined
  readonly #control: Readonly<Record<keyof typeof CONTROL, () => void>>
  #queue: Job[] = []
  #draining: Promise<void> | undefined
  #closed = false
  #diskFailure: Error | undefined

  constructor(
    connection: Connection,
    writing: Writing,
    log: WorkLog,
    onCommit?: (outcome: CommitOutcome) => void,
  ) {
    this.#connection = connection
    this.#writing = writing
    this.#log = log
    this.#onCommit = onCommit
    this.#control = prepareControl(connection)
  }

  submit<Result>(work: (writing: Writing) => Promise<Result>): Promise<Result> {
    if (this.#closed)
      return Promise.reject(new EasycertsError('ERR_STORE_UNAVAILABLE', 'the database is closed'))
    if (this.#diskFailure !== undefined) return Promise.reject(this.#diskFailure)
    return new Promise<Result>((resolve, reject) => {
      this.#queue.push({ work, resolve: resolve as (value: unknown) => void, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Resolves once everything submitted is settled. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#draining
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // Lets the requests that are already here join this batch.
      await setImmediate()
      await this.#commit(this.#queue.splice(0, MAX_BATCH))
    }
    this.#draining = undefined
  }

  async #commit(batch: readonly Job[]): Promise<void> {
    let outcomes: Outcome[]
    let isDurable = false
    // What waited behind a failed flush must not be called durable by a later one.
    if (this.#diskFailure !== undefined) {
      batch.forEach(({ reject }) => reject(this.#diskFailure))
      return
    }
    const begin = performance.now()
    try {
      this.#control.begin()
      outcomes = []
      for (const { work } of batch) outcomes.push(await this.#run(work))
      this.#control.commit()
      isDurable = true
      this.#log.committed()
    } catch (error) {
      this.#rollBack()
      this.#log.rolledBack()
      const failure = storeError(error)
      if (isDiskFailure(error)) this.#diskFailure = failure as Error
      outcomes = batch.map(() => ({ error: failure }))
    }
    const elapsed = (performance.now() - begin) / seconds(1)
    this.#onCommit?.({
      works: batch.length,
      seconds: elapsed,
      isDurable,
      hasDiskFailed: this.#diskFailure !== undefined,
    })
    batch.forEach(({ resolve, reject }, index) => {
      const outcome = outcomes[index] ?? { error: new TypeError('no outcome') }
      if ('error' in outcome) reject(outcome.error)
      else resolve(outcome.value)
    })
  }

  async #run(work: Job['work']): Promise<Outcome> {
    this.#control.mark()
    this.#log.begin()
    try {
      const value = await work(this.#writing)
      this.#log.finish()
      this.#control.release()
      return { value }
    } catch (error) {
      // A full disk makes SQLite roll the whole transaction back by itself: then all of it has failed.
      if (!this.#connection.inTransaction) throw error
      this.#control.rollBackToMark()
      this.#log.abort()
      this.#control.release()
      return { error: storeError(error) }
    }
  }

  #rollBack(): void {
    try {
      if (this.#connection.inTransaction) this.#control.rollBack()
    } catch {
      // The disk is gone: what was not committed is not there, and every work hears why.
    }
  }
}
