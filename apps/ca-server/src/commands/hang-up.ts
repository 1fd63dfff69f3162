import type { Notifier } from '@easycerts/adapters/systemd'
import { isEasycertsError, reasonOf } from '@easycerts/shared/errors'
import type { Logger } from 'pino'
import type { CommandContext } from './command-context.ts'
import type { RunningConfiguration } from './reload-configuration.ts'

export interface HangUp {
  /** From now on; at once, if the signal came before. */
  readonly listen: (listener: () => void) => void
}

/** SIGHUP from the first moment of a server, for it ends a process that does not listen. */
export const watchHangUp = ({ onSignal }: Pick<CommandContext, 'onSignal'>): HangUp => {
  let isWished = false
  let listener: (() => void) | undefined
  onSignal('SIGHUP', () => {
    isWished = true
    listener?.()
  })
  return {
    listen: (next) => {
      listener = next
      if (isWished) next()
    },
  }
}

interface Reloads {
  readonly configuration: RunningConfiguration
  readonly notifier: Notifier
  readonly log: Logger
  /** What the service manager shows while all is well. */
  readonly readiness: string
}

/** Reads the configuration again, and tells the service manager when that is done. */
export const reloadOnHangUp =
  ({ configuration, notifier, log, readiness }: Reloads) =>
  (): void => {
    const reload = async (): Promise<void> => {
      await notifier.reloading()
      try {
        await configuration.reload('SIGHUP')
        await notifier.ready(readiness)
      } catch (error) {
        // An invalid file has been told fault by fault already.
        if (!isEasycertsError(error) || !error.code.startsWith('ERR_CONFIG_'))
          log.error({ reason: reasonOf(error) }, 'the configuration could not be read again')
        await notifier.ready(`${readiness}; the changed configuration was refused, see the log`)
      }
    }
    void reload()
  }
