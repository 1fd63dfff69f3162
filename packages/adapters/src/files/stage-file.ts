import { constants } from 'node:fs'
import { type FileHandle, lstat, open, rm, writeFile } from 'node:fs/promises'
import { EasycertsError, reasonOf, wrapError } from '@easycerts/shared/errors'
import { lendContent } from './bare-content.ts'
import type { FileWrite, StreamWrite } from './file-spec.ts'
import type { OwnerIds } from './owner-ids.ts'
import { temporaryPathFor } from './temporary-name.ts'

const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants
const CREATE = O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW
/** What fchown(2) takes for "as it is". */
const UNCHANGED = -1

/**
 * Writes the file under a temporary name beside its target and returns that name: complete, synced,
 * and never for a moment more open than it will be. Leaves nothing behind when it fails.
 * ERR_FILE_NOT_WRITABLE, ERR_FILE_UNSAFE, ERR_USER_UNKNOWN.
 */
export const stageFile = async (file: FileWrite | StreamWrite, ids?: OwnerIds): Promise<string> => {
  try {
    await refuseUnsafeTarget(file.path)
    const owner = ownerOf(file, ids)
    const temp = temporaryPathFor(file.path)
    const handle = await open(temp, CREATE, 0o600)
    await fill(handle, file, owner).catch(async (error: unknown) => {
      await discardTemporary(temp)
      throw error
    })
    return temp
  } catch (error) {
    throw notWritable(file.path, error)
  }
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

const ownerOf = (
  { path, owner, group }: Omit<FileWrite, 'content'>,
  ids: OwnerIds | undefined,
): Owner => {
  if (!ids && (owner ?? group) !== undefined)
    throw new EasycertsError('ERR_USER_UNKNOWN', `no accounts are known to own ${path}`)
  return {
    uid: (owner === undefined ? undefined : ids?.uidOf(owner)) ?? UNCHANGED,
    gid: (group === undefined ? undefined : ids?.gidOf(group)) ?? UNCHANGED,
  }
}

/** Owner and mode come before the first byte. */
const fill = async (
  handle: FileHandle,
  file: FileWrite | StreamWrite,
  { uid, gid }: Owner,
): Promise<void> => {
  try {
    if (uid !== UNCHANGED || gid !== UNCHANGED) await handle.chown(uid, gid)
    await handle.chmod(file.mode)
    await lendContent(file.content, (content) => writeFile(handle, content))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const refuseUnsafeTarget = async (path: string): Promise<void> => {
  const stats = await lstat(path).catch((error: unknown) => {
    if (reasonOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (stats === undefined || stats.isFile()) return
  const kind = stats.isSymbolicLink() ? 'a symbolic link' : 'not a regular file'
  throw new EasycertsError('ERR_FILE_UNSAFE', `${path} is ${kind}`)
}

/** For the way out of a failure, which is what gets reported: one of its own is left to the next start. */
export const discardTemporary = async (temp: string): Promise<void> => {
  await rm(temp, { force: true }).catch(() => undefined)
}

export const notWritable = (path: string, error: unknown): EasycertsError =>
  wrapError('ERR_FILE_NOT_WRITABLE', `cannot write ${path}`, error)
