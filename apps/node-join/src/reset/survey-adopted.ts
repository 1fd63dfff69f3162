import { digestOfFile } from '@easycerts/adapters/files'
import { CERTMGR } from '../adoption/old-daemon.ts'
import { loadAdoptionRecord } from '../adoption/adoption-record.ts'
import { type Machine, pathOn } from '../machine/index.ts'
import { loadManifest } from '../manifest/index.ts'
import type { Removal } from './removal.ts'

export interface AdoptedSurvey extends Pick<Removal, 'restored' | 'kept' | 'revived'> {
  /** Files that were here before the join. */
  readonly paths: ReadonlySet<string>
}

const RESTORED = 'it is put back as it was before the join'
const RENEWED = 'certmgr has renewed it since; the old one goes on with it'

/** What the old certmgr had gets back its place. A pair that was renewed since is better than the old one. */
export const surveyAdopted = (machine: Machine): AdoptedSurvey => {
  const record = loadAdoptionRecord(machine)
  const written = loadManifest(machine)?.files ?? {}
  const restored: AdoptedSurvey['restored'] = []
  const kept: AdoptedSurvey['kept'] = []
  for (const file of record?.before ?? []) {
    const sha256 = digestOfFile(pathOn(machine, file.path)) ?? null
    const isOurs = sha256 === null || sha256 === written[file.path]
    if (isOurs) restored.push({ ...file, sha256 })
    kept.push({ path: file.path, reason: isOurs ? RESTORED : RENEWED })
  }
  return {
    restored,
    kept,
    paths: new Set(record?.before.map(({ path }) => path)),
    ...(record ? { revived: { unit: CERTMGR, ...record.daemon } } : {}),
  }
}
