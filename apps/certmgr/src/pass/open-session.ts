import type { IdentityStore } from '@easycerts/adapters/identity-store'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Session } from './certmgr-context.ts'

/** ERR_NOT_JOINED if the join of this node is missing or not complete. */
export const openSession = (store: IdentityStore): Session => {
  const identity = store.load()
  const record = store.loadRecord()
  const anchorPem = store.loadAnchor()
  if (!identity || !record || anchorPem === undefined)
    throw new EasycertsError('ERR_NOT_JOINED', `there is no identity in ${store.directory}`)
  return { identity, record, anchorPem }
}
