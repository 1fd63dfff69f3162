import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openSqliteStore } from '../store/sqlite/index.ts'
import type { BackupIdentity } from './age.ts'
import { checkRecords } from './check-records.ts'
import { ENTRY, type Manifest } from './manifest.ts'
import { unpackBackup } from './unpack-backup.ts'

/**
 * Everything that a restore would check, in a scratch directory below `scratch` that is gone
 * afterwards: encryption, digests, the database's integrity, its log, and every row against the log. ERR_BACKUP_DAMAGED,
 * ERR_BACKUP_IDENTITY_WRONG, ERR_STORE_CORRUPT.
 */
export const verifyBackup = async (
  file: string,
  identities: readonly BackupIdentity[],
  scratch: string,
): Promise<Manifest> => {
  const directory = await mkdtemp(join(scratch, '.easycerts-verify-'))
  try {
    const { manifest } = await unpackBackup(file, identities, directory)
    const database = join(directory, ENTRY.database)
    const store = openSqliteStore(database)
    try {
      await checkRecords(store, database, manifest)
    } finally {
      await store.close()
    }
    return manifest
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
