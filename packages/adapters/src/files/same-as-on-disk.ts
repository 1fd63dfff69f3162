import { constants } from 'node:fs'
import { bareContent } from './bare-content.ts'
import type { FileWrite } from './file-spec.ts'
import type { OwnerIds } from './owner-ids.ts'
import { readOpened } from './read-file.ts'

const FLAGS = constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Whether bytes, mode and owner are right already; a file that cannot be judged is not. */
export const sameAsOnDisk = (file: FileWrite, ids: OwnerIds): boolean => {
  const uid = file.owner === undefined ? undefined : ids.uidOf(file.owner)
  const gid = file.group === undefined ? undefined : ids.gidOf(file.group)
  try {
    const { bytes, stats } = readOpened(file.path, { flags: FLAGS })
    return (
      stats.isFile() &&
      (stats.mode & 0o7777) === file.mode &&
      (uid ?? stats.uid) === stats.uid &&
      (gid ?? stats.gid) === stats.gid &&
      bytes.equals(Buffer.from(bareContent(file.content)))
    )
  } catch {
    return false
  }
}
