import { endOfLease, type RestartLease } from '@easycerts/shared/restart-lease'
import type { Authority } from '../authority.ts'

/** Those that are held now. */
export const listRestartLeases = async ({ store, clock }: Authority): Promise<RestartLease[]> => {
  const now = clock()
  const known = await store.read((reading) => reading.listRestartLeases())
  return known.filter((lease) => endOfLease(lease, now) === undefined)
}
