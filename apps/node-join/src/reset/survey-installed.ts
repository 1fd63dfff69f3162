import { digestOfFile } from '@easycerts/adapters/files'
import type { Installed, InstalledFile } from '@easycerts/adapters/stack-installation'
import { type Machine, pathOn } from '../machine/index.ts'
import type { Removal } from './removal.ts'

/** Of files that `units --install` wrote and no join: what goes, what comes back, what stays. */
export type InstalledSurvey = Pick<Removal, 'files' | 'restored' | 'kept'>

type ReasonToKeep = (path: string, isOurs: boolean) => string | undefined

const BEFORE = 'it is put back as it was before "units --install"'

/** A join replaces whatever it finds, and its reset brings nothing of that back; an installation does. */
export const surveyInstalled = (
  machine: Machine,
  { files }: Installed,
  isOfJoin: (path: string) => boolean,
  reasonToKeep: ReasonToKeep,
): InstalledSurvey => {
  const parts = [...files.values()]
    .filter(({ path }) => !isOfJoin(path))
    .map((file) => surveyOne(machine, file, reasonToKeep))
  return {
    files: parts.flatMap((part) => part.files ?? []),
    restored: parts.flatMap((part) => part.restored ?? []),
    kept: parts.flatMap((part) => part.kept ?? []),
  }
}

const surveyOne = (
  machine: Machine,
  { path, written, isRemoved, before }: InstalledFile,
  reasonToKeep: ReasonToKeep,
): Partial<InstalledSurvey> => {
  const sha256 = digestOfFile(pathOn(machine, path))
  // Whoever else removed it wants neither of the two.
  if (sha256 === undefined && !isRemoved) return {}
  const reason = reasonToKeep(path, sha256 === undefined || written.has(sha256))
  if (reason !== undefined) return { kept: [{ path, reason }] }
  if (before !== null)
    return {
      restored: [{ path, sha256: sha256 ?? null, ...before }],
      kept: [{ path, reason: BEFORE }],
    }
  return sha256 === undefined ? {} : { files: [{ path, sha256 }] }
}
