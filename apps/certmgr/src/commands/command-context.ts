import type { SignalSource } from '@easycerts/adapters/lifecycle'
import type { LogFormat, LogLevel } from '@easycerts/adapters/log'
import type { TextSink, Terminal } from '@easycerts/adapters/terminal'
import type { Clock } from '@easycerts/shared/time'
import type { OldLogFlags } from './old-flags.ts'
import type { OldFlags } from './old-flags.ts'

/** What the commands get of the outside world; `main.ts` takes it from the process. */
export interface CommandContext {
  readonly terminal: Terminal
  readonly clock: Clock
  readonly uid: number
  readonly pid: number
  readonly logSink: TextSink
  readonly signals: SignalSource
  /** Of those signals that a daemon obeys and goes on. */
  readonly onSignal: (signal: 'SIGHUP' | 'SIGUSR1', listener: () => void) => void
  readonly sendSignal: (pid: number, signal: NodeJS.Signals) => void
  readonly exit: (code: number) => void
  /** $NOTIFY_SOCKET and $WATCHDOG_USEC of systemd. */
  readonly notifySocket: string | undefined
  readonly watchdogMicroseconds: number | undefined
  /** For the programs that the daemon runs for itself. */
  readonly environment: NodeJS.ProcessEnv
}

export interface GlobalOptions extends OldFlags, OldLogFlags {
  readonly root: string
  readonly config?: string
  readonly log: LogFormat
  readonly logLevel: LogLevel
  /** Of `clean`. */
  readonly yes?: boolean
  /** Of `genconfig`: replaces a configuration that is there. */
  readonly force?: boolean
  /** Of `ensure`, as the old certmgr spelled it. */
  readonly forceRegen?: boolean
  readonly enableActions?: boolean
  readonly allowZeroSpecs?: boolean
  /** Of `run`: a daemon without anything to do is a mistake. */
  readonly requireSpecs?: boolean
}
