import { describeAction } from '@easycerts/shared/certificate-spec'
import type { CertmgrContext, Memory } from '../pass/index.ts'
import type { Status } from '../state/index.ts'

/** What only the process itself knows. */
export type OwnFacts = Pick<Status, 'pid' | 'startedAt' | 'nextPassAt'>

/** What the daemon tells of itself after a pass. */
export const statusOf = (
  { clock, ledger, specs }: CertmgrContext,
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
  })),
  faults: [...specs.faults],
})
