import type { SignalSource } from '@easycerts/adapters/lifecycle'
import type { Terminal } from '@easycerts/adapters/terminal'
import type { Clock, Duration } from '@easycerts/shared/time'

/** What commands get of the outside world; `main.ts` takes it from the process. */
export interface CommandContext {
  readonly terminal: Terminal
  readonly clock: Clock
  /** Milliseconds since some instant, by a clock that nobody sets. */
  readonly monotonic: () => number
  readonly random: (octets: number) => Buffer
  /** This program, as it was started: for a task that runs as a process of its own. */
  readonly programWords: readonly string[]
  readonly uid: number
  /** Name of the user, for the log. */
  readonly userName: string
  readonly hostName: string
  readonly isInteractive: boolean
  /** Of the process's environment, for settings that name one. */
  readonly variable?: (name: string) => string | undefined
  readonly environment: {
    /** Where systemd put our credentials. */
    readonly credentialsDirectory: string | undefined
    readonly notifySocket: string | undefined
    /** How long systemd waits for a sign of life; undefined where it does not. */
    readonly watchdogPeriod?: Duration | undefined
    /** Whether systemd runs this machine. */
    readonly hasSystemd: boolean
  }
  readonly signals: SignalSource
  readonly onSignal: (signal: 'SIGHUP', listener: () => void) => void
  readonly exit: (code: number) => void
}

export interface GlobalOptions {
  readonly dataDirectory: string
  /** URL of a ca-server on another host. */
  readonly server?: string | undefined
  /** PEM of an operator certificate, for it. */
  readonly identityFile?: string | undefined
}
