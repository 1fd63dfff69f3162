import { setTimeout as wait } from 'node:timers/promises'
import { readTextFileIfAny } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import { type Duration, seconds } from '@easycerts/shared/time'

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6']
/** Established, and half closed by the client. */
const OPEN = new Set(['01', '08'])
const LISTENING = '0A'
const LOOK_EVERY = 20
/** Old certmgrs leave connections open for ever that nothing is asked over. */
const PATIENCE: Duration = seconds(3)
/** Of the new holder; clients wait as long. */
const START: Duration = seconds(15)

/** States of the sockets of a port, as proc(5) tells them. */
const statesOf = (port: number): string[] =>
  TABLES.flatMap((path) => (readTextFileIfAny(path) ?? '').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, local = '', , state = '']) => (portOf(local) === port ? state : []))

/** Connections that a listener of this port has taken. */
export const countConnectionsTo = (port: number): number =>
  statesOf(port).filter((state) => OPEN.has(state)).length

/** Whether somebody listens, found out without knocking. */
export const isListening = (port: number): boolean => statesOf(port).includes(LISTENING)

const portOf = (address: string): number => Number.parseInt(address.split(':').at(-1) ?? '', 16)

/** Until all that was begun has been answered, or only idle ones seem to be left. */
export const letConnectionsEnd = async (port: number): Promise<void> => {
  const rounds = Math.ceil(PATIENCE / LOOK_EVERY)
  for (let round = 0; round < rounds && countConnectionsTo(port) > 0; round++)
    await wait(LOOK_EVERY)
}

/** A service manager may say that a unit has started before it listens. ERR_CA_UNREACHABLE. */
export const awaitListener = async (port: number): Promise<void> => {
  const rounds = Math.ceil(START / LOOK_EVERY)
  for (let round = 0; round < rounds; round++) {
    if (isListening(port)) return
    await wait(LOOK_EVERY)
  }
  throw new EasycertsError('ERR_CA_UNREACHABLE', `nobody listens on port ${port}`, {
    hint: 'see "journalctl -u ca-server -u cfssl"',
  })
}
