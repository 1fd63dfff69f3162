import { constants } from 'node:fs'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { readOpened, unreadable } from './read-file.ts'

/** Of configuration; what is longer is none. */
const LIMIT_OCTETS = 4_194_304
const FLAGS = constants.O_NOFOLLOW | constants.O_NONBLOCK

/** All of a regular file that a later restoration needs. */
export interface FileState {
  readonly bytes: Buffer
  /** Permission bits. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/**
 * A regular file of limited size, never through a link; `undefined` when nothing is there.
 * ERR_FILE_UNSAFE for anything but a regular file, ERR_FILE_UNREADABLE.
 */
export const readFileStateIfAny = (
  path: string,
  limit: number = LIMIT_OCTETS,
): FileState | undefined => {
  try {
    const { bytes, stats } = readOpened(path, {
      limit,
      flags: FLAGS,
      accept: (found) => {
        if (!found.isFile()) throw unsafe(path, 'not a regular file')
      },
    })
    return { bytes, mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid }
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return undefined
    throw reason === 'ELOOP' ? unsafe(path, 'a symbolic link') : unreadable(path, error)
  }
}

const unsafe = (path: string, kind: string): EasycertsError =>
  new EasycertsError('ERR_FILE_UNSAFE', `${path} is ${kind}`, {
    hint: 'nothing was changed: is the unit masked, or is this an alias? remove it first',
  })
