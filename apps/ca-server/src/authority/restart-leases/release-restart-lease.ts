import { endOfLease } from '@easycerts/shared/restart-lease'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import type { NodeRequester } from '../identify-node.ts'
import { requireCurrent, requireStillCurrent } from '../identities.ts'
import type { NamedLease } from './take-restart-lease.ts'

/** Ends a lease of the node that asks. One that is over stays as it is: a late answer ends no newer one. */
export const releaseRestartLease = async (
  authority: Authority,
  requester: NodeRequester,
  { component, id }: NamedLease,
): Promise<'held' | 'gone'> => {
  requireCurrent(requester)
  const node = requester.node.name
  return authority.store.transact(async (writing) => {
    await requireStillCurrent(writing, requester)
    const now = authority.clock()
    const lease = (await writing.listRestartLeases()).find(
      (each) => each.component === component && each.node === node && each.id === id,
    )
    if (!lease || endOfLease(lease, now)) return 'gone'
    await writing.putRestartLease({ ...lease, ended: { how: 'released', at: now } })
    const body = { component, node }
    await writing.appendLog(actorAt(authority, 'restart-lease-released', `node ${node}`, body))
    return 'held'
  })
}
