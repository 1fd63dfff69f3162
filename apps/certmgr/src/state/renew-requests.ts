import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDirectory, removeFileDurably, writeFileDurably } from '@easycerts/adapters/files'

/** An operator's wishes, one empty file per spec, so that neither side overwrites the other's. */
export const writeRenewRequests = async (
  directory: string,
  names: readonly string[],
): Promise<void> => {
  await ensureDirectory(directory, 0o700)
  for (const name of names)
    await writeFileDurably({ path: join(directory, name), content: '', mode: 0o600 })
}

export const readRenewRequests = (directory: string): Set<string> => {
  try {
    return new Set(readdirSync(directory).filter((name) => !name.startsWith('.')))
  } catch {
    return new Set()
  }
}

export const removeRenewRequest = async (directory: string, name: string): Promise<void> => {
  await removeFileDurably(join(directory, name))
}
