import { readdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ensureDirectory, syncDirectory } from '@easycerts/adapters/files'
import { EasycertsError, reasonOf, wrapError } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'
import { openStaging, removeAbandoned } from './staging-directory.ts'

interface Placement {
  readonly directory: string
  /** Part of the staging directory's name, so that what a kill left behind says whose it is. */
  readonly by: 'init' | 'restore'
  readonly random: (octets: number) => Buffer
  readonly clock: Clock
  /** Fills the staging directory, which has mode 0700; each file durably. */
  readonly fill: (staging: string) => Promise<void>
}

/**
 * Makes a data directory, all of it or none: everything is written beside it and moved into place
 * by one rename; what a killed run left there is removed. ERR_ALREADY_INITIALISED for a directory that holds anything, ERR_FILE_NOT_WRITABLE.
 */
export const placeDirectory = async ({
  directory,
  by,
  fill,
  ...machine
}: Placement): Promise<void> => {
  await refuseOccupied(directory)
  const parent = dirname(directory)
  await ensureDirectory(parent, 0o755)
  try {
    await removeAbandoned(directory)
    const staging = await openStaging(directory, by, machine)
    try {
      await fill(staging.path)
      await moveIntoPlace(staging.path, directory)
    } finally {
      // There only if it has not become the directory.
      await rm(staging.path, { recursive: true, force: true })
      await staging.release()
    }
  } catch (error) {
    throw wrapError('ERR_FILE_NOT_WRITABLE', `${directory} cannot be made`, error)
  }
}

const refuseOccupied = async (directory: string): Promise<void> => {
  const entries = await readdir(directory).catch((error: unknown) => {
    if (reasonOf(error) === 'ENOENT') return []
    throw new EasycertsError(
      'ERR_FILE_NOT_WRITABLE',
      `${directory} cannot be used: ${reasonOf(error)}`,
    )
  })
  if (entries.length > 0)
    throw new EasycertsError('ERR_ALREADY_INITIALISED', `${directory} is not empty`)
}

/** An empty directory may stand there already, as systemd's StateDirectory= makes one: rename(2) replaces it. */
const moveIntoPlace = async (staging: string, directory: string): Promise<void> => {
  try {
    await syncDirectory(staging)
    await rename(staging, directory)
    await syncDirectory(dirname(directory))
  } catch (error) {
    throw notInPlace(directory, reasonOf(error))
  }
}

const notInPlace = (directory: string, reason: string): EasycertsError =>
  // Another process was faster.
  reason === 'ENOTEMPTY' || reason === 'EEXIST'
    ? new EasycertsError('ERR_ALREADY_INITIALISED', `${directory} is not empty`)
    : new EasycertsError(
        'ERR_FILE_NOT_WRITABLE',
        `${directory} cannot be put in place: ${reason}`,
        reason === 'EBUSY' ? { hint: 'it is a mount point: use a directory below it' } : {},
      )
