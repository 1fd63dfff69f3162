import { type Action, describeAction } from '@easycerts/shared/certificate-spec'
import { type CertmgrContext, type Memory, waitOf } from '../pass/index.ts'
import { RESTART_WAITS } from '../plan/index.ts'
import type { Status } from '../state/index.ts'

/** What only the process itself knows. */
export type OwnFacts = Pick<Status, 'pid' | 'startedAt' | 'nextPassAt'>

/** What the daemon tells of itself after a pass. */
export const statusOf = (
  { clock, ledger, leases, specs }: CertmgrContext,
  { ca, attempts }: Memory,
  own: OwnFacts,
): Status => ({
  version: 1,
  ...own,
  at: clock(),
  ca,
  attempts: Object.fromEntries(attempts),
  actions: ledger.current().map(({ action, attempts: tried }) => ({
    action: describeAction(action),
    ...(tried ? { attempts: tried } : {}),
    ...waitsOf(leases, action),
  })),
  faults: [...specs.faults],
})

const waitsOf = (
  leases: CertmgrContext['leases'],
  action: Action,
): Pick<Status['actions'][number], 'waits'> => {
  const wait = waitOf(leases, action)
  if (!wait) return {}
  const { component, reason, nodes, until } = wait
  return { waits: { component, reason: RESTART_WAITS[reason], nodes: [...nodes], until } }
}
