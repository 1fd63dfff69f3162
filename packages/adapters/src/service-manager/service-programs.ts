import type { ProcessResult } from '../process/index.ts'

export type ServiceVerb = 'restart' | 'reload' | 'is-running'

/** A service manager other than systemd: how its program is asked, and how its answers are read. */
export interface ServiceProgram {
  /** What comes before the arguments; undefined where only the operator knows it. */
  readonly program: readonly string[] | undefined
  /** Arguments by verb; NAME stands for the service. */
  readonly verbs: Readonly<Record<ServiceVerb, readonly string[]>>
  /** Of a service; nothing that the program could take for an option, a path or a pattern. */
  readonly name: RegExp
  readonly isDone: (result: ProcessResult) => boolean
  /** Undefined for an answer that does not tell: then nothing may be left undone. */
  readonly isRunning: (result: ProcessResult) => boolean | undefined
}

const SCRIPT_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,239}$/

const isZero = ({ exitCode }: ProcessResult): boolean => exitCode === 0

const byExitCode =
  (running: readonly number[], stopped: readonly number[]) =>
  ({ exitCode }: ProcessResult): boolean | undefined => {
    if (exitCode === null) return undefined
    if (running.includes(exitCode)) return true
    return stopped.includes(exitCode) ? false : undefined
  }

/** circusctl tells failures by its words and ends with 0. */
const says = (word: string) => (result: ProcessResult) =>
  isZero(result) && result.stdout.trim() === word

/** What runs a script of the service: the name, then the verb. */
const BY_SCRIPT = {
  verbs: {
    restart: ['NAME', 'restart'],
    reload: ['NAME', 'reload'],
    'is-running': ['NAME', 'status'],
  },
  name: SCRIPT_NAME,
  isDone: isZero,
} as const

/**
 * The service managers by kind. openrc: its status is 3 stopped, 4 stopping, 8 starting, 16
 * inactive, 32 crashed. sysv: LSB 5.0 §22.2; 1 is also "unrecognized service", so only 3 is stopped.
 */
export const SERVICE_PROGRAMS = {
  openrc: {
    program: ['rc-service'],
    ...BY_SCRIPT,
    isRunning: byExitCode([0, 8, 16], [3, 4, 32]),
  },
  sysv: {
    program: ['service'],
    ...BY_SCRIPT,
    isRunning: byExitCode([0], [3]),
  },
  circus: {
    program: ['circusctl'],
    verbs: {
      restart: ['restart', 'NAME'],
      reload: ['reload', 'NAME'],
      'is-running': ['status', 'NAME'],
    },
    name: /^[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,239}$/,
    isDone: says('ok'),
    isRunning: (result) => {
      if (says('stopped')(result)) return false
      return says('active')(result) ? true : undefined
    },
  },
  command: {
    program: undefined,
    verbs: {
      restart: ['restart', 'NAME'],
      reload: ['reload', 'NAME'],
      'is-running': ['is-running', 'NAME'],
    },
    name: /^[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,239}$/,
    isDone: isZero,
    isRunning: byExitCode([0], [1]),
  },
} as const satisfies Readonly<Record<string, ServiceProgram>>

export type ServiceProgramKind = keyof typeof SERVICE_PROGRAMS

export const SERVICE_PROGRAM_KINDS = Object.keys(SERVICE_PROGRAMS) as ServiceProgramKind[]
