import { hrtime, pid } from 'node:process'
import { seconds } from '@easycerts/shared/time'
import { runProcess } from '../process/index.ts'

/** What a service of Type=notify tells systemd. No method ever fails: the service matters more. */
export interface Notifier {
  readonly ready: (status: string) => Promise<void>
  readonly status: (text: string) => Promise<void>
  /** Before a new configuration is read; `ready` ends it. */
  readonly reloading: () => Promise<void>
  readonly stopping: () => Promise<void>
  /** To be called at less than half of WatchdogSec. */
  readonly watchdog: () => Promise<void>
}

export interface NotifierOptions {
  /** `['systemd-notify']` when left out. */
  readonly argv?: readonly string[]
  /** For PATH. */
  readonly env?: NodeJS.ProcessEnv
}

const TIMEOUT = seconds(10)

/**
 * Node has no datagrams on Unix sockets, so systemd-notify(1) carries the message; as it is not the
 * main process, the unit needs NotifyAccess=all. Does nothing without a socket ($NOTIFY_SOCKET).
 */
export const createNotifier = (
  notifySocket: string | undefined,
  { argv = ['systemd-notify'], env = {} }: NotifierOptions = {},
): Notifier => {
  const send = async (...message: string[]): Promise<void> => {
    if (notifySocket === undefined || notifySocket === '') return
    await runProcess([...argv, `--pid=${pid}`, ...message], {
      timeout: TIMEOUT,
      env: { ...env, NOTIFY_SOCKET: notifySocket },
    }).catch(() => undefined)
  }
  return {
    ready: (status) => send('--ready', statusOption(status)),
    status: (text) => send(statusOption(text)),
    reloading: () => send('RELOADING=1', `MONOTONIC_USEC=${monotonicMicroseconds()}`),
    stopping: () => send('STOPPING=1'),
    watchdog: () => send('WATCHDOG=1'),
  }
}

/** CLOCK_MONOTONIC, by which systemd tells a reload that it asked for from an earlier one (sd_notify(3)). */
const monotonicMicroseconds = (): bigint => hrtime.bigint() / 1000n

/** A line break would begin another assignment. */
const statusOption = (text: string): string => `--status=${text.replace(/[\r\n]+/g, ' ')}`
