import { EasycertsError } from '@easycerts/shared/errors'
import { describeRequester, type OperatorRequester } from '@easycerts/shared/issuance'
import { endOfLease, type RestartLease } from '@easycerts/shared/restart-lease'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'

export interface LeaseBreak {
  readonly component: string
  readonly node: string
  readonly reason: string
}

/** Ends a lease that its holder will not end. ERR_USAGE if it is held no more. */
export const breakRestartLease = (
  authority: Authority,
  operator: OperatorRequester,
  { component, node, reason }: LeaseBreak,
): Promise<RestartLease> =>
  authority.store.transact(async (writing) => {
    const now = authority.clock()
    const lease = (await writing.listRestartLeases()).find(
      (each) => each.component === component && each.node === node,
    )
    if (!lease || endOfLease(lease, now))
      throw new EasycertsError(
        'ERR_USAGE',
        `node ${node.slice(0, 60)} holds no lease of ${component}`,
        { hint: 'see "ca-server lease list"' },
      )
    await writing.putRestartLease({ ...lease, ended: { how: 'broken', at: now } })
    const body = { component, node, reason }
    const actor = describeRequester(operator)
    await writing.appendLog(actorAt(authority, 'restart-lease-broken', actor, body))
    return lease
  })
