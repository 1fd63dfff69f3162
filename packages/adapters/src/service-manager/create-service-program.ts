import { EasycertsError } from '@easycerts/shared/errors'
import type { Duration } from '@easycerts/shared/time'
import { type ProcessResult, runProcess } from '../process/index.ts'
import type { ServiceActions } from '../systemd/index.ts'
import {
  SERVICE_PROGRAMS,
  type ServiceProgram,
  type ServiceProgramKind,
  type ServiceVerb,
} from './service-programs.ts'

export interface ServiceProgramOptions {
  /** The program and what comes before its arguments; that of the kind when left out. */
  readonly program?: readonly string[] | undefined
  /** Of each call. */
  readonly timeout: Duration
  readonly signal?: AbortSignal
  /** Hears what is left undone because the service does not run. */
  readonly say: (text: string) => void
}

/**
 * A service manager by its program. A unit NAME.service is the service NAME there. ERR_CONFIG_INVALID
 * for any other unit and for what cannot be a service's name; ERR_ACTION_FAILED, ERR_ACTION_TIMEOUT.
 */
export const createServiceProgram = (
  kind: ServiceProgramKind,
  options: ServiceProgramOptions,
): ServiceActions => {
  const row: ServiceProgram = SERVICE_PROGRAMS[kind]
  const call = (verb: ServiceVerb, name: string): Promise<ProcessResult> =>
    runProcess(argvOf(row, options, verb, name), options)
  const isActive = async (name: string): Promise<boolean> => {
    const result = await call('is-running', name)
    const isRunning = row.isRunning(result)
    if (isRunning === undefined) throw failureOf(kind, `the state of ${name} is unknown`, result)
    return isRunning
  }
  const act = async (verb: 'restart' | 'reload', unit: string, ifRunning: boolean) => {
    const name = serviceNameOf(kind, unit)
    if (ifRunning && !(await isActive(name))) {
      options.say(`not done, for the service does not run: ${verb} ${name}`)
      return
    }
    const result = await call(verb, name)
    if (!row.isDone(result)) throw failureOf(kind, `${verb} ${name} failed`, result)
  }
  return {
    // Whoever names its kind says that it runs the machine.
    isPresent: () => true,
    isActive: (unit) => isActive(serviceNameOf(kind, unit)),
    restart: (unit, { onlyIfRunning }) => act('restart', unit, onlyIfRunning),
    reload: (unit, { onlyIfRunning }) => act('reload', unit, onlyIfRunning),
  }
}

const argvOf = (
  row: ServiceProgram,
  { program = row.program }: ServiceProgramOptions,
  verb: ServiceVerb,
  name: string,
): string[] => [
  ...(program ?? []),
  ...row.verbs[verb].map((word) => (word === 'NAME' ? name : word)),
]

const SUFFIX = '.service'

/** ERR_CONFIG_INVALID for a unit that the service manager of this kind cannot have. */
export const serviceNameOf = (kind: ServiceProgramKind, unit: string): string => {
  const name = unit.endsWith(SUFFIX) ? unit.slice(0, -SUFFIX.length) : ''
  if (SERVICE_PROGRAMS[kind].name.test(name)) return name
  throw new EasycertsError('ERR_CONFIG_INVALID', `${kind} can have no service for "${unit}"`, {
    hint: 'name a service in the actions of the spec, or use a command',
  })
}

const failureOf = (kind: string, what: string, { stdout, stderr, exitCode }: ProcessResult) => {
  const words = [stderr, stdout].map(lastLine).find((line) => line !== '')
  const reason = words ?? `exit code ${exitCode ?? 'none'}`
  return new EasycertsError('ERR_ACTION_FAILED', `${kind}: ${what}: ${reason}`, {
    hint: 'ask the service manager by hand to see why',
  })
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? ''
