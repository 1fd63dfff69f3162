import { EasycertsError } from '@easycerts/shared/errors'
import { rootAt, type Store } from '../authority/index.ts'
import { describeStore } from './describe-store.ts'
import type { Manifest } from './manifest.ts'

/** The records of a backup are those that its manifest names. ERR_BACKUP_DAMAGED, ERR_STORE_CORRUPT. */
export const checkRecords = async (store: Store, manifest: Manifest): Promise<void> => {
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
    throw new EasycertsError(
      'ERR_BACKUP_DAMAGED',
      'the database of the backup is not the one that its manifest describes',
    )
}
