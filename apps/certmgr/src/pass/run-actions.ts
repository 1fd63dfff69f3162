import { failureFields } from '@easycerts/adapters/log'
import { describeAction } from '@easycerts/shared/certificate-spec'
import { afterActionFailure, afterSuccess, dueActions } from '../plan/index.ts'
import type { CertmgrContext, Memory } from './certmgr-context.ts'
import { runLeased } from './restarts/run-leased.ts'
import { addOne } from './tally.ts'

/** Everything that is due, each once for all that share it; what fails stays for a later pass. */
export const runActions = async (context: CertmgrContext, memory: Memory): Promise<void> => {
  const { ledger, clock, log, signal } = context
  const { tally } = memory
  for (const action of dueActions(ledger.current(), clock())) {
    if (signal.aborted) return
    const fields = { action: describeAction(action) }
    try {
      if (!(await runLeased(context, memory, action))) continue
      await ledger.update((pending) => afterSuccess(pending, action))
      addOne(tally.actions, 'done')
      log.info('action done', fields)
    } catch (error) {
      // Interrupted by our own end: it stays, and runs after the start.
      if (context.signal.aborted) return
      addOne(tally.actions, 'failed')
      log.error('action failed', { ...fields, ...failureFields(error) })
      await ledger.update((pending) => afterActionFailure(pending, action, error, clock()))
    }
  }
}
