import type { SignalSource } from '@easycerts/adapters/lifecycle'
import type { Terminal } from '@easycerts/adapters/terminal'
import type { Clock } from '@easycerts/shared/time'

/** What commands get of the outside world; `main.ts` takes it from the process. */
export interface CommandContext {
  readonly terminal: Terminal
  readonly clock: Clock
  readonly random: (octets: number) => Buffer
  readonly uid: number
  /** Name of the user, for the log. */
  readonly userName: string
  readonly hostName: string
  readonly isInteractive: boolean
  readonly environment: {
    /** Where systemd put our credentials. */
    readonly credentialsDirectory: string | undefined
    readonly notifySocket: string | undefined
    /** Whether systemd runs this machine. */
    readonly hasSystemd: boolean
  }
  readonly signals: SignalSource
  readonly exit: (code: number) => void
}

export interface GlobalOptions {
  readonly dataDirectory: string
}
