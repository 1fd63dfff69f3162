import { type IdentityStore, loadJoining } from '@easycerts/adapters/identity-store'
import type { IdentityOnDisk } from '../plan/decide-join.ts'

/** What `decideJoin` decides from; reads only. */
export const lookAtIdentity = (store: IdentityStore): IdentityOnDisk => {
  const current = store.load()
  const pending = store.loadPending('join')
  const record = store.loadRecord()
  const joining = loadJoining(store.directory)
  return {
    ...(current
      ? { current: { pin: current.certificate.pin, node: record?.node.name ?? 'a node' } }
      : {}),
    ...(pending
      ? {
          pending: {
            pin: pending.key.publicKey.pin,
            hasCertificate: pending.certificate !== undefined,
          },
        }
      : {}),
    ...(record ? { joinedBy: record.ticketId } : {}),
    ...(joining ? { joining } : {}),
  }
}
