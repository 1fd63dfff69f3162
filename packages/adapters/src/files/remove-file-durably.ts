import { unlink } from 'node:fs/promises'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { syncDirectoriesOf } from './sync-directory.ts'

/** Returns whether there was anything to remove. A link goes, not what it names. ERR_FILE_NOT_WRITABLE. */
export const removeFileDurably = async (path: string): Promise<boolean> => {
  try {
    await unlink(path)
    await syncDirectoriesOf([path])
    return true
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === 'ENOENT') return false
    throw new EasycertsError('ERR_FILE_NOT_WRITABLE', `cannot remove ${path}: ${reason}`, {
      cause: error,
    })
  }
}
