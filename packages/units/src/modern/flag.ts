/** In which minor versions of Kubernetes a flag stands on the command line. */
interface Lifetime {
  /** First minor version that gets it. */
  readonly since?: number
  /** First minor version that no longer gets it: removed there, or another row takes over. */
  readonly before?: number
}

/** A row of a component's command line; without a value the flag is left to its default. */
export type Flag = readonly [
  name: string,
  value: string | number | boolean | undefined,
  lifetime?: Lifetime,
]

/** `--name=value` of each flag that this version gets: a lone `--name value` is not safe for booleans. */
export const renderFlags = (minor: number, flags: readonly Flag[]): string[] =>
  flags.flatMap(([name, value, { since = 0, before = Infinity } = {}]) =>
    value === undefined || minor < since || minor >= before ? [] : [`--${name}=${String(value)}`],
  )
