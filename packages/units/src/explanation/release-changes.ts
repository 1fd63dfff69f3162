import { compareReleases, isAtLeast, type Release } from '../description/index.ts'
import type { Fact } from '../facts/index.ts'
import type { NodeStack } from '../stack/index.ts'
import { readStack } from '../stack-reading/index.ts'
import { unifiedDiff } from '../unified-diff/index.ts'
import { factOf, type Setting } from './fact-of.ts'
import { isSame } from './explain-setting.ts'
import { settingsOf, type ValuedSetting } from './settings-of.ts'

export interface FileChange {
  readonly path: string
  readonly action: 'create' | 'replace' | 'remove'
  readonly diff: string
}

export interface SettingChange extends Setting {
  readonly where: string
  readonly before: string | undefined
  readonly after: string | undefined
  readonly reason: string
  readonly source: string | undefined
}

export interface ReleaseChanges {
  readonly files: readonly FileChange[]
  readonly settings: readonly SettingChange[]
}

interface StackOfRelease {
  readonly release: Release
  readonly stack: NodeStack
}

/** What one description becomes with another release: every file, and every flag and field with its reason. */
export const releaseChanges = (from: StackOfRelease, to: StackOfRelease): ReleaseChanges => ({
  files: fileChanges(from.stack, to.stack),
  settings: settingChanges(from, to),
})

const fileChanges = (before: NodeStack, after: NodeStack): FileChange[] => {
  const contentOf = ({ files }: NodeStack, path: string): string | undefined =>
    files.find((file) => file.path === path)?.content
  const paths = new Set([...before.files, ...after.files].map(({ path }) => path))
  return [...paths].flatMap((path) => {
    const [old, fresh] = [contentOf(before, path), contentOf(after, path)]
    const diff = unifiedDiff(path, old, fresh)
    if (diff === '') return []
    const action = old === undefined ? 'create' : fresh === undefined ? 'remove' : 'replace'
    return [{ path, action, diff } as const]
  })
}

const settingChanges = (from: StackOfRelease, to: StackOfRelease): SettingChange[] => {
  const [before, after] = [from, to].map(({ stack }) => settingsOf(readStack(stack)))
  const gone = (before ?? []).flatMap((old) => {
    const fresh = after?.find((each) => isSame(each, old))
    return fresh?.value === old.value ? [] : [changeOf(old, fresh, from, to)]
  })
  const added = (after ?? []).filter((fresh) => !before?.some((old) => isSame(old, fresh)))
  return [...gone, ...added.map((fresh) => changeOf(undefined, fresh, from, to))]
}

const changeOf = (
  old: ValuedSetting | undefined,
  fresh: ValuedSetting | undefined,
  from: StackOfRelease,
  to: StackOfRelease,
): SettingChange => {
  const { kind, of, name, where } = (fresh ?? old) as ValuedSetting
  const known = factOf({ kind, of, name })
  return {
    ...{ kind, of, name, where },
    before: old?.value,
    after: fresh?.value,
    reason: reasonOf(known, from.release, to.release),
    source: known?.source,
  }
}

/** What happened to it between the two; what it is for, where nothing did. */
const reasonOf = (known: Fact | undefined, from: Release, to: Release): string => {
  if (known === undefined) return 'no row of the tables tells'
  const { since, deprecated, removed, replacement, why } = known
  const [older, newer] = compareReleases(from, to) <= 0 ? [from, to] : [to, from]
  const happened = (release: string | undefined): boolean =>
    release !== undefined && !isAtLeast(older, release) && isAtLeast(newer, release)
  const instead = replacement === undefined ? '' : `; in its place: ${replacement}`
  if (happened(removed)) return `removed in ${removed}${instead}`
  if (happened(since)) return `there since ${since}: ${why}`
  if (happened(deprecated)) return `deprecated since ${deprecated}${instead}`
  return why
}
