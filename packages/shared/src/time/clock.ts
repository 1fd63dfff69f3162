/** The wall clock, given to whatever needs one. */
export type Clock = () => Date

export const addDuration = (instant: Date, duration: number): Date =>
  new Date(instant.getTime() + duration)

/** X.509 times have whole seconds (RFC 5280 §4.1.2.5). */
export const truncateToSecond = (instant: Date): Date =>
  new Date(Math.floor(instant.getTime() / 1000) * 1000)
