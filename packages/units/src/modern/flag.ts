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

/** Those that this version gets: their names, and their values as text. */
export const flagsOfVersion = (minor: number, flags: readonly Flag[]): [string, string][] =>
  flags.flatMap(([name, value, { since = 0, before = Infinity } = {}]) =>
    value === undefined || minor < since || minor >= before ? [] : [[name, String(value)]],
  )

/** 'A=true,B=false', as flags take a map; undefined where there is nothing in it. */
export const pairs = (values: Readonly<Record<string, unknown>>): string | undefined => {
  const written = Object.entries(values).map(([key, value]) => `${key}=${String(value)}`)
  return written.length === 0 ? undefined : written.join(',')
}
