import { EasycertsError } from '@easycerts/shared/errors'
import { rootAt, type Store } from '../authority/index.ts'
import { verifyDatabase } from '../store/sqlite/index.ts'
import { describeStore } from './describe-store.ts'
import type { Manifest } from './manifest.ts'

/**
 * The records of a backup are those that its manifest names, and every row is as their log says.
 * `path` is the database that the store has open. ERR_BACKUP_DAMAGED, ERR_STORE_CORRUPT.
 */
export const checkRecords = async (
  store: Store,
  path: string,
  manifest: Manifest,
): Promise<void> => {
  const isSame = await store.read(async (reading) => {
    const found = await describeStore(reading)
    if (found.id !== manifest.store.id || found.epoch !== manifest.store.epoch) return false
    // A migration since may have added entries, and changed none.
    if (found.enrolmentPin !== manifest.enrolmentPin || found.log.size < manifest.log.size)
      return false
    const root = await rootAt(reading, manifest.log.size)
    return root.toString('base64') === manifest.log.root
  })
  if (!isSame)
    throw damaged('the database of the backup is not the one that its manifest describes')
  await checkLog(path)
}

const checkLog = async (path: string): Promise<void> => {
  const { differenceCount, differences } = await verifyDatabase(path, {
    heads: [],
    withSignatures: false,
    shown: 1,
    onProgress: () => undefined,
  })
  const [first] = differences
  if (!first) return
  const where = `${first.table} ${first.key}`.slice(0, MAX_SHOWN)
  throw damaged(
    `the records of the backup are not what their log says in ${differenceCount} places, first ${where}: ${first.problem}`,
  )
}

const MAX_SHOWN = 160

const damaged = (message: string): EasycertsError =>
  new EasycertsError('ERR_BACKUP_DAMAGED', message)
