import { rename } from 'node:fs/promises'
import type { FileWrite, StreamWrite } from './file-spec.ts'
import type { OwnerIds } from './owner-ids.ts'
import { discardTemporary, notWritable, stageFile } from './stage-file.ts'
import { syncDirectoriesOf } from './sync-directory.ts'

/**
 * Replaces one file so that a reader, a crash or a power cut sees the old bytes or the new ones,
 * never a mixture. ERR_FILE_NOT_WRITABLE; ERR_FILE_UNSAFE for a target that is no regular file;
 * ERR_USER_UNKNOWN, also when the file names an owner and no `ids` are given.
 */
export const writeFileDurably = async (
  file: FileWrite | StreamWrite,
  options: { readonly ids?: OwnerIds } = {},
): Promise<void> => {
  const temp = await stageFile(file, options.ids)
  try {
    await rename(temp, file.path)
    await syncDirectoriesOf([file.path])
  } catch (error) {
    await discardTemporary(temp)
    throw notWritable(file.path, error)
  }
}
