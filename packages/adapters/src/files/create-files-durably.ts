import { link, rm } from 'node:fs/promises'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import type { FileWrite } from './file-spec.ts'
import { discardTemporary, notWritable, stageFile } from './stage-file.ts'
import { syncDirectoriesOf } from './sync-directory.ts'

/**
 * Creates files where nothing stands yet: complete and synced, or none of them when it fails. A
 * crash may leave some. ERR_FILE_NOT_WRITABLE, also for a path that is taken, which stays as it is.
 */
export const createFilesDurably = async (files: readonly FileWrite[]): Promise<void> => {
  const staged: { readonly temp: string; readonly path: string }[] = []
  const made: string[] = []
  try {
    for (const file of files) staged.push({ temp: await stageFile(file), path: file.path })
    for (const { temp, path } of staged) {
      // Unlike a rename, a link never takes the place of what is there.
      await link(temp, path).catch((error: unknown) => refuse(path, error))
      made.push(path)
    }
  } catch (error) {
    for (const path of made) await rm(path, { force: true })
    throw error
  } finally {
    for (const { temp } of staged) await discardTemporary(temp)
  }
  await syncDirectoriesOf(made)
}

const refuse = (path: string, error: unknown): never => {
  if (reasonOf(error) === 'EEXIST') throw taken(path)
  throw notWritable(path, error)
}

const taken = (path: string) =>
  new EasycertsError('ERR_FILE_NOT_WRITABLE', `${path} is there already`, {
    hint: 'nothing is overwritten: name another directory, or remove the old files first',
  })
