import { type Action, leaseOf } from '@easycerts/shared/certificate-spec'
import { EasycertsError } from '@easycerts/shared/errors'
import { afterRestartDone, deadlineOfAction } from '../../plan/index.ts'
import type { CertmgrContext, Memory } from '../certmgr-context.ts'
import { mayRestart } from './may-restart.ts'
import { perform } from '../perform-action.ts'
import { recordFailure } from '../record-outcome.ts'
import { nameOf } from './settle-restarts.ts'

/** Does one action, under a lease where it needs one and a CA can give it; false while it waits for that. */
export const runLeased = async (
  context: CertmgrContext,
  memory: Memory,
  action: Action,
): Promise<boolean> => {
  const { ledger, leases, clock } = context
  const component = leaseOf(action)
  const { actsOnThisSystem, isJoinExpected } = context.config
  const needsNone = component === undefined || !actsOnThisSystem || !isJoinExpected
  if (needsNone || (await isIdle(context, action))) {
    await perform(context, action)
    return true
  }
  const deadline = deadlineOfAction(ledger.current(), action)
  if (!(await mayRestart(context, memory, component, deadline))) return false
  await perform(context, action)
  const { restarts, members } = leases.current()
  const record = restarts[component]
  if (record)
    await leases.save({
      restarts: { ...restarts, [component]: afterRestartDone(record, clock()) },
      members,
    })
  if (record?.right === 'emergency') alarm(context, memory, component)
  return true
}

/** A unit that somebody stopped stays so: that is no restart. */
const isIdle = async ({ services }: CertmgrContext, action: Action): Promise<boolean> => {
  if (!('restart' in action || 'reload' in action) || !services.isPresent()) return false
  const { onlyIfRunning = true } = action
  const unit = 'restart' in action ? action.restart : action.reload
  return onlyIfRunning && !(await services.isActive(unit).catch(() => true))
}

const alarm = (context: CertmgrContext, memory: Memory, component: string): void =>
  recordFailure(context, memory, nameOf(component), {
    error: new EasycertsError(
      'ERR_RESTART_WITHOUT_LEASE',
      `${component} was restarted without a lease, for its certificate ends soon`,
    ),
    remaining: Number.POSITIVE_INFINITY,
  })
