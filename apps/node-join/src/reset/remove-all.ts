import { rmdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  digestOf,
  digestOfFile,
  ensureDirectory,
  loadOwnerIds,
  removeFileDurably,
  writeFileDurably,
} from '@easycerts/adapters/files'
import { reasonOf, wrapError } from '@easycerts/shared/errors'
import { type Machine, pathOn } from '../machine/index.ts'
import type { Removal } from './removal.ts'

export interface Removed {
  readonly removed: readonly string[]
  readonly kept: Removal['kept']
}

/** Goes on from wherever an earlier run stopped: what is gone is gone. ERR_FILE_NOT_WRITABLE. */
export const removeFiles = async (machine: Machine, removal: Removal): Promise<Removed> => {
  const removed: string[] = []
  const kept = [...removal.kept]
  for (const { path, sha256 } of removal.files) {
    const real = pathOn(machine, path)
    const digest = digestOfFile(real)
    if (digest !== undefined && digest !== sha256)
      kept.push({ path, reason: 'changed while the reset was under way' })
    else if (await removeFileDurably(real)) removed.push(path)
  }
  for (const file of removal.restored)
    if (!(await restore(machine, file)))
      kept.push({ path: file.path, reason: 'changed while the reset was under way' })
  for (const path of removal.trees) {
    await rm(pathOn(machine, path), { recursive: true, force: true }).catch((error: unknown) => {
      throw wrapError('ERR_FILE_NOT_WRITABLE', `cannot remove ${path}`, error)
    })
    removed.push(path)
  }
  return { removed, kept }
}

/** By the numbers of its owners, whose names may mean others by now; false where it is another's. */
const restore = async (
  machine: Machine,
  { path, sha256, content, mode, uid, gid }: Removal['restored'][number],
): Promise<boolean> => {
  const real = pathOn(machine, path)
  const bytes = Buffer.from(content, 'base64')
  const digest = digestOfFile(real)
  if (digest !== undefined && digest !== sha256 && digest !== digestOf(bytes)) return false
  const file = { path: real, content: bytes, mode, owner: String(uid), group: String(gid) }
  await ensureDirectory(dirname(real), 0o755)
  await writeFileDurably(file, { ids: loadOwnerIds(machine.root, machine.effectiveUid) })
  return true
}

/** Those that hold nothing any more; one that somebody uses stays. */
export const removeDirectories = (machine: Machine, { directories }: Removal): void => {
  for (const directory of directories) {
    try {
      rmdirSync(pathOn(machine, directory))
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EBUSY', 'ENOTDIR'].includes(reasonOf(error)))
        throw wrapError('ERR_FILE_NOT_WRITABLE', `cannot remove ${directory}`, error)
    }
  }
}
