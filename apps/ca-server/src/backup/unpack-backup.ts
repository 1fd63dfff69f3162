import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { syncDirectory } from '@easycerts/adapters/files'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import type { BackupIdentity } from './age.ts'
import { ENTRY, type Manifest, type ManifestFile } from './manifest.ts'
import { readArchive } from './read-archive.ts'

export interface Unpacked {
  readonly manifest: Manifest
  /** The key-encryption key that travelled with the keys, if one did; it is never on a disk. */
  readonly kek: string | undefined
}

const DIRECTORIES = ['keys', 'profiles.d'] as const

/** Only where an import made it. */
const LEGACY = 'legacy'

/**
 * The files of a backup below `directory`, each of mode 0600, checked and flushed. After a failure
 * what is there must not be used. ERR_BACKUP_DAMAGED, ERR_BACKUP_IDENTITY_WRONG,
 * ERR_FILE_UNREADABLE, ERR_FILE_NOT_WRITABLE.
 */
export const unpackBackup = async (
  file: string,
  identities: readonly BackupIdentity[],
  directory: string,
): Promise<Unpacked> => {
  let kek: string | undefined
  for (const name of DIRECTORIES) await mkdir(join(directory, name), { mode: 0o700 })
  const manifest = await readArchive(file, identities, async (entry, pieces) => {
    if (entry.name.startsWith(`${LEGACY}/`))
      await mkdir(join(directory, LEGACY), { mode: 0o700, recursive: true })
    if (entry.name === ENTRY.kek) kek = await textOf(pieces)
    else await writeEntry(join(directory, entry.name), entry, pieces)
  })
  const isLegacy = manifest.files.some(({ name }) => name.startsWith(`${LEGACY}/`))
  for (const name of [...DIRECTORIES, ...(isLegacy ? [LEGACY] : [])])
    await syncDirectory(join(directory, name))
  return { manifest, kek }
}

const writeEntry = async (
  path: string,
  { name }: ManifestFile,
  pieces: AsyncIterable<Buffer>,
): Promise<void> => {
  const file = await guarded(name, () => open(path, 'wx', 0o600))
  try {
    for await (const piece of pieces) await guarded(name, () => file.writeFile(piece))
    await guarded(name, () => file.sync())
  } finally {
    await file.close()
  }
}

/** A full disk here is no fault of the backup. */
const guarded = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    throw new EasycertsError(
      'ERR_FILE_NOT_WRITABLE',
      `${name} of the backup cannot be written: ${reasonOf(error)}`,
      { cause: error },
    )
  }
}

const textOf = async (pieces: AsyncIterable<Buffer>): Promise<string> => {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all).toString('utf8')
}
