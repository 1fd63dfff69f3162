import { ERROR_CODES, EasycertsError } from '@easycerts/shared/errors'
import type { Directive } from '../systemd/index.ts'
import type { NodeStackInput } from './node-stack-input.ts'

/** What the units of easycerts themselves are made from, whatever the flavour of the rest. */
export type DaemonFacts = Pick<
  NodeStackInput,
  'programs' | 'caServer' | 'certmgrByTimer' | 'watchdogSeconds'
> & { readonly certmgrWrites?: readonly string[] }

export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

const VARIABLE_DATA = '/var/lib/'

/** The lines that make systemd create a directory below /var/lib and let only this unit write it. */
export const stateDirectory = (path: string): readonly Directive[] => {
  if (!path.startsWith(VARIABLE_DATA))
    throw new EasycertsError('ERR_INTERNAL', `${path} is not below ${VARIABLE_DATA}`)
  return [
    ['StateDirectory', path.slice(VARIABLE_DATA.length)],
    ['StateDirectoryMode', '0700'],
  ]
}

/** How our own daemons talk to systemd: by the program systemd-notify, a child of theirs. */
export const daemonLines = (watchdogSeconds: number): readonly Directive[] => [
  ['NotifyAccess', 'all'],
  ['WatchdogSec', String(watchdogSeconds)],
  // What an operator must repair stays down, for a loop would only hide the message.
  ['RestartPreventExitStatus', String(ERROR_CODES.ERR_CONFIG_INVALID.exit)],
]
