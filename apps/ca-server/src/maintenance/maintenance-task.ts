/** Something that the server does by itself from time to time. */
export interface MaintenanceTask {
  readonly name: string
  /** When it is to run next; asked anew before every wait, so it may move either way. */
  dueAt(): Date
  /** When something breaks if it has not succeeded; retries come closer together before it. */
  deadline?(): Date
  /** Safe to repeat. A failure is retried by the schedule of `retryWait`. */
  run(): Promise<void>
}

/** How the last run of a task ended, for `status` and health. */
export interface MaintenanceOutcome {
  readonly task: string
  readonly at: Date
  /** Undefined after a success. */
  readonly failure: string | undefined
}
