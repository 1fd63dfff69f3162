/** What the CA last believed of the wall clock. */
export interface ClockRow {
  /** The latest instant that was believed: of an issuance, or of a look while nothing was issued. */
  readonly believedAt: string
  /** The clock was found wrong since, and nobody has said that it is right. */
  readonly isHeld: boolean
}

export interface ClockReading {
  /** Undefined before the first look. */
  findClock(): Promise<ClockRow | undefined>
}

export interface ClockWriting {
  putClock(row: ClockRow): Promise<void>
}
