import type { ExpandedWord } from '../systemd/index.ts'

/** A flag and its value; without a value it is left out. An expanded value has `${NAME}` in it. */
export type FlagRow = readonly [
  name: string,
  value: string | number | boolean | ExpandedWord | undefined,
]

export type ExtraFlags = Readonly<Record<string, string | number | boolean>>

/** Old programs take `_` for `-`, so that two spellings would be one flag twice. */
const spelling = (name: string): string => name.replaceAll('_', '-')

/** Words of a command line: a flag of the operator takes the place of ours, or comes last. */
export const flagWords = (
  rows: readonly FlagRow[],
  extra: ExtraFlags = {},
): (string | ExpandedWord)[] => {
  const wanted = new Map(Object.entries(extra).map((flag) => [spelling(flag[0]), flag] as const))
  const words = rows.flatMap(([name, value]) => {
    const own = wanted.get(spelling(name))
    wanted.delete(spelling(name))
    return wordOf(name, own === undefined ? value : own[1])
  })
  return [...words, ...[...wanted.values()].flatMap(([name, value]) => wordOf(name, value))]
}

const wordOf = (name: string, value: FlagRow[1]): (string | ExpandedWord)[] => {
  if (value === undefined) return []
  return [
    typeof value === 'object'
      ? { expanded: `--${name}=${value.expanded}` }
      : `--${name}=${String(value)}`,
  ]
}
