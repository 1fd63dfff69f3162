/** How a server comes to its end. */
export type CrashMeans =
  /** SIGKILL as it enters the nth call of a system call. */
  | { readonly kind: 'step'; readonly call: string; readonly nth: number }
  /** The power fails after so many milliseconds of work. */
  | { readonly kind: 'power'; readonly after: number }

type Calls = readonly (readonly [call: string, most: number])[]

/** What changes files, and what answers: between two of these lies every step that matters. */
const CALLS: Calls = [
  ['pwrite64', 900],
  ['fsync', 60],
  ['write', 1000],
  ['ftruncate', 3],
  ['unlink', 5],
]

/** Early steps more often than late ones, as there are more kinds of them. */
export const planStep = (random: () => number): CrashMeans => {
  const [call, most] = CALLS[Math.floor(random() ** 2 * CALLS.length)] ?? ['pwrite64', 1200]
  return { kind: 'step', call, nth: Math.ceil(most ** Math.sqrt(random())) }
}

export const planPowerCut = (random: () => number): CrashMeans => ({
  kind: 'power',
  after: 50 + random() * 600,
})

/** In front of the program; the libuv threads count for themselves, so there should be one. */
export const straceFor = (means: CrashMeans): readonly string[] =>
  means.kind === 'power'
    ? []
    : [
        ...['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${means.call}`],
        ...['-e', `inject=${means.call}:signal=KILL:when=${means.nth}`],
      ]

export const describeMeans = (means: CrashMeans): string =>
  means.kind === 'power'
    ? `power cut after ${Math.round(means.after)} ms`
    : `kill -9 at ${means.call} ${means.nth}`

/** A backup makes a copy of the database, and one file of all. */
export const planBackupStep = (random: () => number): CrashMeans => drawn(BACKUP_CALLS, random)

const BACKUP_CALLS: Calls = [
  ['write', 30],
  ['pwrite64', 60],
  ['fsync', 6],
  ['unlink', 4],
  ['rename', 1],
]

/** A migration writes little beside its database, and all of it within a second. */
export const planMigrationStep = (random: () => number): CrashMeans =>
  drawn(MIGRATION_CALLS, random)

const MIGRATION_CALLS: Calls = [
  ['pwrite64', 250],
  ['fsync', 12],
  ['ftruncate', 3],
  ['unlink', 3],
]

const drawn = (calls: Calls, random: () => number): CrashMeans => {
  const [call, most] = calls[Math.floor(random() ** 2 * calls.length)] ?? ['pwrite64', 1]
  return { kind: 'step', call, nth: Math.ceil(most * random()) }
}
