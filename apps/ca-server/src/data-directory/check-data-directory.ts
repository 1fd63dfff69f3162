import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import type { DataPaths } from '../config/data-paths.ts'

/**
 * ERR_NOT_INITIALISED, ERR_DATA_DIRECTORY_BROKEN where something is missing,
 * ERR_DATA_DIRECTORY_TOO_OPEN, or ERR_FILE_UNSAFE for a link or a foreign owner.
 */
export const checkDataDirectory = (paths: DataPaths, uid: number): void => {
  const stats = statOf(paths.directory)
  if (!stats || !statOf(paths.config))
    throw new EasycertsError('ERR_NOT_INITIALISED', `${paths.directory} holds no CA`)
  checkMode(paths.directory, stats, uid)
  for (const path of [paths.keys, paths.keyProtection, paths.database]) checkPresent(path)
  for (const directory of [paths.directory, paths.keys])
    for (const entry of readdirSync(directory)) {
      const path = join(directory, entry)
      const found = statOf(path)
      if (found) checkMode(path, found, uid)
    }
}

/** An empty database would become a new one: SQLite sees no difference. */
export const checkPresent = (path: string): void => {
  if ((statOf(path)?.size ?? 0) === 0)
    throw new EasycertsError('ERR_DATA_DIRECTORY_BROKEN', `${path} is missing or empty`)
}

const statOf = (path: string): Stats | undefined => {
  try {
    return lstatSync(path)
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return undefined
    throw new EasycertsError('ERR_FILE_UNREADABLE', `${path} cannot be read: ${reasonOf(error)}`)
  }
}

const checkMode = (path: string, stats: Stats, uid: number): void => {
  if (stats.isSymbolicLink())
    throw new EasycertsError('ERR_FILE_UNSAFE', `${path} is a symbolic link`)
  if (stats.uid !== uid && stats.uid !== 0)
    throw new EasycertsError('ERR_FILE_UNSAFE', `${path} belongs to another user`, {
      hint: 'run ca-server as the user who ran "ca-server init"',
    })
  // The socket's own mode is set at creation; the directory's mode guards it as well.
  if (!stats.isSocket() && (stats.mode & 0o077) !== 0)
    throw new EasycertsError(
      'ERR_DATA_DIRECTORY_TOO_OPEN',
      `${path} has mode 0${(stats.mode & 0o777).toString(8)}`,
    )
}
