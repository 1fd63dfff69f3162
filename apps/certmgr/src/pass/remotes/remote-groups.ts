import type { LegacyAuthority, LegacyRenewal } from '@easycerts/shared/legacy-certmgr'
import { scheduleOf } from '../../plan/index.ts'
import type { LoadedSpecs, RemoteSource } from '../../specs/index.ts'

/** The specs that ask one remote in one way. */
export interface RemoteGroup {
  readonly name: string
  readonly authority: LegacyAuthority
  readonly schedule: LegacyRenewal
  readonly has: (spec: { readonly source?: RemoteSource }) => boolean
}

export const remoteGroupsOf = ({ files }: Pick<LoadedSpecs, 'files'>): RemoteGroup[] => {
  const groups = new Map<string, RemoteSource[]>()
  for (const { source } of files.map(({ spec }) => spec)) {
    if (!source) continue
    const group = groups.get(source.remote)
    if (group) group.push(source)
    else groups.set(source.remote, [source])
  }
  return [...groups].flatMap(([name, sources]) => {
    const [first] = sources
    if (!first) return []
    const schedule = scheduleOf(sources.map(({ renewal }) => renewal))
    const has = ({ source }: { readonly source?: RemoteSource }): boolean => source?.remote === name
    return [{ name, authority: first.authority, schedule, has }]
  })
}
