import { readTextFile } from '@easycerts/adapters/files'
import { runProcess, signalPidFile } from '@easycerts/adapters/process'
import { postWebHook } from '@easycerts/adapters/web-hook'
import { type Action, describeAction } from '@easycerts/shared/certificate-spec'
import { EasycertsError } from '@easycerts/shared/errors'
import { pathOn } from '../disk/index.ts'
import { environmentOf } from '../plan/index.ts'
import type { CertmgrContext } from './certmgr-context.ts'

type ActionOf<Kind extends string> = Extract<Action, Record<Kind, unknown>>

/** Does one action, once, within the limit of time. ERR_ACTION_FAILED, ERR_ACTION_TIMEOUT. */
export const perform = async (context: CertmgrContext, action: Action): Promise<void> => {
  const { config, log } = context
  const services = 'manager' in action ? context.servicesOf(action.manager) : context.services
  if ('restart' in action) await services.restart(action.restart, conditionOf(action))
  else if ('reload' in action) await services.reload(action.reload, conditionOf(action))
  else if (!config.actsOnThisSystem)
    log.info('not done: this is not the running system', { action: describeAction(action) })
  else if ('signal' in action) sendSignal(context, action)
  else if ('http' in action) await callHook(context, action)
  else await runCommand(context, action)
}

const conditionOf = ({ onlyIfRunning = true }: ActionOf<'restart'> | ActionOf<'reload'>) => ({
  onlyIfRunning,
})

const sendSignal = ({ place, log }: CertmgrContext, action: ActionOf<'signal'>): void => {
  const { signal, pidFile, onlyIfRunning = true } = action
  if (signalPidFile(pathOn(place, pidFile), signal) === 'sent') return
  if (!onlyIfRunning)
    throw new EasycertsError('ERR_ACTION_FAILED', `no process runs that ${pidFile} names`, {
      hint: 'start the program, or drop "onlyIfRunning: false"',
    })
  log.info('not done, for the process does not run', { action: describeAction(action) })
}

const callHook = (
  { place, config, signal }: CertmgrContext,
  { http, caFile, change }: ActionOf<'http'>,
): Promise<void> => {
  const ca = caFile === undefined ? undefined : readTextFile(pathOn(place, caFile))
  return postWebHook({ url: http, body: change, ca }, { timeout: config.actionTimeout, signal })
}

const runCommand = async (
  { config, signal }: CertmgrContext,
  { command, change }: ActionOf<'command'>,
): Promise<void> => {
  const { exitCode, stderr } = await runProcess(command, {
    timeout: config.actionTimeout,
    env: environmentOf(change),
    signal,
  })
  if (exitCode === 0) return
  const words = stderr.trim().split('\n').at(-1) ?? ''
  throw new EasycertsError(
    'ERR_ACTION_FAILED',
    `"${command[0] ?? ''}" ended with ${exitCode ?? 'a signal'}${words === '' ? '' : `: ${words}`}`,
    { hint: 'run the command by hand to see why' },
  )
}
