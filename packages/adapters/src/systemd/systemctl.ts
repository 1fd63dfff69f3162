import { existsSync } from 'node:fs'
import { EasycertsError } from '@easycerts/shared/errors'
import type { Duration } from '@easycerts/shared/time'
import { type ProcessResult, runProcess } from '../process/index.ts'
import type { ServiceManager } from './service-manager.ts'

export interface SystemctlOptions {
  /** The program and what comes before its verb; `['systemctl']` when left out. */
  readonly argv?: readonly string[]
  /** Of each call: starting a slow unit counts in full. */
  readonly timeout: Duration
  readonly signal?: AbortSignal
}

/** There exactly when systemd is PID 1 (sd_booted(3)). */
const BOOTED = '/run/systemd/system'
const UNIT = /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]*$/

/** The service manager by its command. ERR_CONFIG_INVALID for what cannot be the name of a unit. */
export const createSystemctl = (options: SystemctlOptions): ServiceManager => {
  const call = (verb: string, ...rest: string[]): Promise<ProcessResult> =>
    systemctl(options, [verb, ...rest])
  const demand = async (...args: [string, ...string[]]): Promise<void> => {
    const result = await call(...args)
    if (result.exitCode !== 0) throw failureOf(args, result)
  }
  const onMany = async (verb: string, units: readonly string[], now = false): Promise<void> => {
    if (units.length > 0) await demand(verb, ...(now ? ['--now'] : []), ...units.map(checked))
  }
  return {
    isPresent: () => existsSync(BOOTED),
    daemonReload: () => demand('daemon-reload'),
    enable: (units, given) => onMany('enable', units, given?.now),
    disable: (units, given) => onMany('disable', units, given?.now),
    start: (unit) => onMany('start', [unit]),
    stop: (unit) => onMany('stop', [unit]),
    restart: (unit, { onlyIfRunning }) => onMany(onlyIfRunning ? 'try-restart' : 'restart', [unit]),
    reload: (unit, { onlyIfRunning }) =>
      onMany(onlyIfRunning ? 'try-reload-or-restart' : 'reload', [unit]),
    isActive: async (unit) => (await call('is-active', checked(unit))).exitCode === 0,
    isEnabled: async (unit) => (await call('is-enabled', checked(unit))).exitCode === 0,
  }
}

const systemctl = (
  { argv = ['systemctl'], timeout, signal }: SystemctlOptions,
  args: readonly string[],
): Promise<ProcessResult> =>
  runProcess([...argv, ...args], { timeout, ...(signal ? { signal } : {}) })

/** Neither an option nor a pattern: both would act on more than one unit. */
const checked = (unit: string): string => {
  if (UNIT.test(unit)) return unit
  throw new EasycertsError('ERR_CONFIG_INVALID', `"${unit}" is not the name of a unit`)
}

const failureOf = (
  args: readonly string[],
  { stderr, exitCode }: ProcessResult,
): EasycertsError => {
  const reason = lastWords(stderr) ?? `exit code ${exitCode ?? 'none'}`
  return new EasycertsError('ERR_ACTION_FAILED', `systemctl ${args.join(' ')}: ${reason}`)
}

/** The line before systemctl's own advice, which our hint gives already. */
const lastWords = (stderr: string): string | undefined =>
  stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('See "'))
    .at(-1)
    ?.replace(/\.$/, '')
