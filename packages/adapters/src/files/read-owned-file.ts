import { constants, type Stats } from 'node:fs'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { readOpened, unreadable } from './read-file.ts'

const LIMIT = 65_536
const FLAGS = constants.O_NOFOLLOW | constants.O_NONBLOCK

/** A small file, and who wrote it when. */
export interface OwnedFile {
  readonly bytes: Buffer
  readonly uid: number
  readonly writtenAt: Date
}

/**
 * A regular file of at most 64 KiB, never through a link; `undefined` when nothing is there.
 * ERR_FILE_UNSAFE for anything but a regular file, ERR_FILE_UNREADABLE.
 */
export const readOwnedFileIfAny = (path: string): OwnedFile | undefined => {
  try {
    const accept = (stats: Stats): void => refuseOther(path, stats)
    const { bytes, stats } = readOpened(path, { limit: LIMIT, flags: FLAGS, accept })
    return { bytes, uid: stats.uid, writtenAt: stats.mtime }
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return undefined
    throw reasonOf(error) === 'ELOOP'
      ? new EasycertsError('ERR_FILE_UNSAFE', `${path} is a symbolic link`)
      : unreadable(path, error)
  }
}

const refuseOther = (path: string, stats: Stats): void => {
  if (!stats.isFile()) throw new EasycertsError('ERR_FILE_UNSAFE', `${path} is not a regular file`)
}
