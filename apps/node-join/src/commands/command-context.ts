import type { SignalSource } from '@easycerts/adapters/lifecycle'
import type { Terminal } from '@easycerts/adapters/terminal'
import type { Clock } from '@easycerts/shared/time'

/** What the command gets of the outside world; `main.ts` takes it from the process. */
export interface CommandContext {
  readonly terminal: Terminal
  readonly clock: Clock
  readonly randomOctets: (count: number) => Buffer
  readonly uid: number
  /** What the machine calls itself. */
  readonly hostName: string
  readonly ticketInput: AsyncIterable<Uint8Array>
  /** Standard input is a person's keyboard, who should be told what is awaited. */
  readonly isTicketTyped: boolean
  /** Standard error is a terminal. */
  readonly isWatched: boolean
  /** No words beside the result and errors. */
  readonly isSilent: boolean
  /** It was started as nixos-kubernetes-node-join, which takes a token. */
  readonly isOldName?: boolean
  /** The Node.js executable, for the units. */
  readonly nodeProgram: string
  readonly signals: SignalSource
}
