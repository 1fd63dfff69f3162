import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes the names in a directory survive a power cut: fsync of a file says nothing of its name. */
export const syncDirectory = async (path: string): Promise<void> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The directories that hold the given files, each once. */
export const syncDirectoriesOf = async (paths: readonly string[]): Promise<void> => {
  for (const directory of new Set(paths.map((path) => dirname(path)))) {
    await syncDirectory(directory)
  }
}
