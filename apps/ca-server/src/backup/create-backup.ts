import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileDurably } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'
import type { DataPaths } from '../config/index.ts'
import { openSqliteStore, schemaVersionOf, takeSnapshot } from '../store/sqlite/index.ts'
import type { Recipient } from './age.ts'
import { collectParts, partOf } from './collect-parts.ts'
import { describeStore } from './describe-store.ts'
import { ENTRY, formatManifest, type Manifest } from './manifest.ts'
import { stageBeside } from './staging.ts'
import { writeArchive } from './write-archive.ts'

export interface BackupWish {
  readonly paths: DataPaths
  readonly cluster: string
  readonly out: string
  readonly recipients: readonly Recipient[]
  readonly withKeys: boolean
  /**
   * Gives the key-encryption key where only this machine can open its file: it then travels inside
   * the backup, readable by the recipient alone. Undefined where the keys' own protection travels.
   */
  readonly openKek: (() => Promise<string | undefined>) | undefined
  readonly clock: Clock
}

export interface BackupReport {
  readonly manifest: Manifest
  readonly out: string
  readonly size: number
}

/**
 * One encrypted file with everything that makes this CA, whether a server runs or not: all of it
 * or none, flushed before this resolves. The snapshot passes an integrity check first.
 */
export const createBackup = async (wish: BackupWish): Promise<BackupReport> => {
  if (wish.recipients.length === 0)
    throw new EasycertsError('ERR_BACKUP_RECIPIENT_MISSING', 'nobody could open this backup')
  const manifest = await stageBeside(wish.out, wish.clock, async (staging) => {
    const database = join(staging, ENTRY.database)
    // SQLite would create it with a wider mode.
    await writeFileDurably({ path: database, content: '', mode: 0o600 })
    takeSnapshot(wish.paths.database, database)
    // The keys come after: a key without its issuer does no harm, an issuer without its key does.
    const described = await manifestOf(wish, database)
    const path = join(staging, 'backup.age')
    const kek = wish.withKeys ? await wish.openKek?.() : undefined
    const { parts, files } = await collectParts({ ...wish, database, kek })
    const result = { ...described, files }
    const first = partOf(ENTRY.manifest, formatManifest(result))
    await writeArchive(path, [first, ...parts], wish.recipients)
    return { path, result }
  })
  return { manifest, out: wish.out, size: (await stat(wish.out)).size }
}

const manifestOf = async (
  { cluster, withKeys, clock }: BackupWish,
  database: string,
): Promise<Omit<Manifest, 'files'>> => {
  const store = openSqliteStore(database)
  try {
    const { id, epoch, enrolmentPin, log } = await store.read(describeStore)
    return {
      format: 'easycerts-backup',
      version: 1,
      createdAt: clock().toISOString(),
      cluster,
      enrolmentPin,
      store: { id, epoch, schema: schemaVersionOf(database) },
      log,
      keys: withKeys ? 'included' : 'left-out',
    }
  } finally {
    await store.close()
  }
}
