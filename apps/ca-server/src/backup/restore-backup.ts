import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readSecretFile, writeFileDurably } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Clock, Duration } from '@easycerts/shared/time'
import { beginEpoch, type StartedEpoch, type Store } from '../authority/index.ts'
import { type DataPaths, dataPaths } from '../config/index.ts'
import { placeDirectory } from '../data-directory/place-directory.ts'
import type { KeyProtection } from '../key-store/index.ts'
import { openSqliteStore } from '../store/sqlite/index.ts'
import type { BackupIdentity } from './age.ts'
import { checkRecords } from './check-records.ts'
import type { Manifest } from './manifest.ts'
import { rewrapKeys } from './rewrap-keys.ts'
import { unpackBackup } from './unpack-backup.ts'

export interface RestoreWish {
  readonly file: string
  readonly identities: readonly BackupIdentity[]
  readonly directory: string
  /** How the keys are kept from now on, where their old protection opens on one machine only. */
  readonly protection: KeyProtection
  /** A copy of the old `keys` directory, for a backup that was made without keys. */
  readonly keysFrom: string | undefined
  readonly reconcileFor: Duration
  readonly operator: string
  readonly uid: number
  readonly clock: Clock
  readonly random: (octets: number) => Buffer
}

export interface RestoreReport {
  readonly manifest: Manifest
  readonly started: StartedEpoch
  /** RFC 7512 URIs of issuer keys that no backup holds: their token must be there. */
  readonly tokenKeys: readonly string[]
}

/**
 * A data directory from a backup, all of it or none, with its new epoch begun: no server ever sees
 * the old records under the old epoch. ERR_ALREADY_INITIALISED for a directory that holds anything.
 */
export const restoreBackup = async (wish: RestoreWish): Promise<RestoreReport> => {
  let report: RestoreReport | undefined
  await placeDirectory({
    directory: wish.directory,
    by: 'restore',
    random: wish.random,
    clock: wish.clock,
    fill: async (staging) => {
      const paths = dataPaths(staging)
      const { manifest, kek } = await unpackBackup(wish.file, wish.identities, staging)
      await bringKeys(wish, paths, manifest)
      if (kek !== undefined) await rewrapKeys(paths, wish.uid, { kek, protection: wish.protection })
      report = { manifest, ...(await startAgain(wish, paths, manifest)) }
    },
  })
  if (!report) throw new TypeError('nothing was restored')
  return report
}

const bringKeys = async (
  { keysFrom, uid }: RestoreWish,
  paths: DataPaths,
  { keys }: Manifest,
): Promise<void> => {
  if ((keys === 'left-out') !== (keysFrom !== undefined))
    throw new EasycertsError(
      'ERR_USAGE',
      keys === 'included' ? 'this backup has its own keys' : 'this backup was made without keys',
      { hint: 'give --keys-from DIR, a copy of the old keys directory, for a backup without keys' },
    )
  if (keysFrom === undefined) return
  for (const name of await readdir(keysFrom)) {
    const content = readSecretFile(join(keysFrom, name), uid)
    await writeFileDurably({ path: join(paths.keys, name), content, mode: 0o600 })
  }
}

const startAgain = async (
  wish: RestoreWish,
  paths: DataPaths,
  manifest: Manifest,
): Promise<Omit<RestoreReport, 'manifest'>> => {
  const { operator, clock, reconcileFor } = wish
  const store: Store = openSqliteStore(paths.database)
  try {
    await checkRecords(store, paths.database, manifest)
    const backupAt = manifest.createdAt
    const started = await beginEpoch({ store, clock, operator, reconcileFor, backupAt })
    const issuers = await store.read((reading) => reading.listIssuers())
    const locations = issuers.map(({ keyLocation }) => keyLocation)
    return { started, tokenKeys: locations.filter((location) => location !== 'file') }
  } finally {
    await store.close()
  }
}
