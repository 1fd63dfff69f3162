import { constants, type Stats } from 'node:fs'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { readOpened, unreadable } from './read-file.ts'

const LIMIT = 1_048_576
/** Anything but reading by the group. */
const TOO_OPEN = 0o037
/** Without O_NONBLOCK a named pipe in the place of the file would hold the program for ever. */
const FLAGS = constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * Reads a private key, a passphrase or the like, of at most 1 MiB. ERR_FILE_UNSAFE when it is a
 * link or no file, when it belongs to neither `ownerUid` nor root, or when others may read it.
 */
export const readSecretFile = (path: string, ownerUid: number): string => {
  const accept = (stats: Stats): void => refuseUnsafe(path, stats, ownerUid)
  try {
    const { bytes } = readOpened(path, { limit: LIMIT, flags: FLAGS, accept })
    const text = bytes.toString('utf8')
    bytes.fill(0)
    return text
  } catch (error) {
    throw reasonOf(error) === 'ELOOP'
      ? new EasycertsError('ERR_FILE_UNSAFE', `${path} is a symbolic link`)
      : unreadable(path, error)
  }
}

const refuseUnsafe = (path: string, stats: Stats, ownerUid: number): void => {
  const objection = objectionTo(stats, ownerUid)
  if (objection !== undefined) throw new EasycertsError('ERR_FILE_UNSAFE', `${path} ${objection}`)
}

const objectionTo = (stats: Stats, ownerUid: number): string | undefined => {
  if (!stats.isFile()) return 'is not a regular file'
  if (stats.uid !== ownerUid && stats.uid !== 0) return `belongs to the user ${stats.uid}`
  const mode = stats.mode & 0o777
  return (mode & TOO_OPEN) === 0 ? undefined : `is too open (mode 0${mode.toString(8)})`
}
