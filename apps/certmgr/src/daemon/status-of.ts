import { describeAction } from '@easycerts/shared/certificate-spec'
import type { CertmgrContext, Memory } from '../pass/index.ts'
import type { Status } from '../state/index.ts'

/** What the daemon tells of itself after a pass. */
export const statusOf = (
  { clock, ledger, specs }: CertmgrContext,
  { ca, attempts }: Memory,
  own: Pick<Status, 'pid' | 'startedAt' | 'nextPassAt'>,
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
