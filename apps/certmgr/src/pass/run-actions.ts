import { failureFields } from '@easycerts/adapters/log'
import { runProcess } from '@easycerts/adapters/process'
import { type Action, describeAction } from '@easycerts/shared/certificate-spec'
import { EasycertsError } from '@easycerts/shared/errors'
import { afterActionFailure, afterSuccess, dueActions } from '../plan/index.ts'
import type { CertmgrContext, Memory } from './certmgr-context.ts'
import { addOne } from './tally.ts'

/** Everything that is due, each once for all that share it; what fails stays for a later pass. */
export const runActions = async (
  context: CertmgrContext,
  { tally }: Pick<Memory, 'tally'>,
): Promise<void> => {
  const { ledger, clock, log, signal } = context
  for (const action of dueActions(ledger.current(), clock())) {
    if (signal.aborted) return
    const fields = { action: describeAction(action) }
    try {
      await perform(context, action)
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

const ONLY_IF_RUNNING = { onlyIfRunning: true } as const

const perform = async (context: CertmgrContext, action: Action): Promise<void> => {
  const { services, config, log } = context
  if ('restart' in action) await services.restart(action.restart, ONLY_IF_RUNNING)
  else if ('reload' in action) await services.reload(action.reload, ONLY_IF_RUNNING)
  else if (config.actsOnThisSystem) await runCommand(context, action.command)
  else log.info('not done: this is not the running system', { action: describeAction(action) })
}

const runCommand = async (
  { config, signal }: CertmgrContext,
  command: readonly string[],
): Promise<void> => {
  const { exitCode, stderr } = await runProcess(command, { timeout: config.actionTimeout, signal })
  if (exitCode === 0) return
  const words = stderr.trim().split('\n').at(-1) ?? ''
  throw new EasycertsError(
    'ERR_ACTION_FAILED',
    `"${command[0] ?? ''}" ended with ${exitCode ?? 'a signal'}${words === '' ? '' : `: ${words}`}`,
    { hint: 'run the command by hand to see why' },
  )
}
