import { kill, pid } from 'node:process'
import { reasonOf } from '@easycerts/shared/errors'
import { readTextFile, readTextFileIfAny } from '../files/index.ts'
import { type Credentials, credentialsHere, wouldBeSeen } from './credentials.ts'

/** Names one process for ever: a number alone is used again, after a reboot from 1 on. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks since boot (field 22 of /proc/PID/stat). */
  readonly startTime: string
  readonly bootId: string
  /** Of a process that named itself; absent in what earlier releases wrote. */
  readonly credentials?: Credentials
}

export const identifyProcess = (number: number): ProcessIdentity => ({
  pid: number,
  startTime: statusOf(number)?.startTime ?? '',
  bootId: currentBootId(),
  ...(number === pid ? { credentials: credentialsHere() } : {}),
})

/**
 * A zombie is dead: it holds nothing any more. What cannot be looked into counts as alive, unless
 * this process would see it: then its number is another's by now. Another
 * boot id alone proves nothing: a service with a /proc of its own sees another one in a container.
 * The same number started at the same tick is the same process, unless that is ourselves: then it
 * was another boot.
 */
export const isProcessAlive = (identity: ProcessIdentity): boolean => {
  const isSameBoot = identity.bootId === currentBootId()
  const status = statusOf(identity.pid)
  if (status === undefined)
    return isSameBoot && !wouldBeSeen(identity.credentials) && exists(identity.pid)
  const isSame = status.startTime === identity.startTime && (isSameBoot || identity.pid !== pid)
  return isSame && !'ZX'.includes(status.state)
}

const currentBootId = (): string => readTextFile('/proc/sys/kernel/random/boot_id').trim()

const statusOf = (number: number): { state: string; startTime: string } | undefined => {
  const stat = readStat(number)
  if (stat === undefined) return undefined
  // Field 2, the name, may hold blanks and brackets; field 3 follows its last bracket.
  const [state = '', ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state, startTime: rest[18] ?? '' }
}

const readStat = (number: number): string | undefined => {
  try {
    return readTextFileIfAny(`/proc/${number}/stat`)
  } catch {
    // ESRCH: it ended between open and read.
    return undefined
  }
}

/** Where /proc hides the processes of others (hidepid), only this tells whether there is one. */
const exists = (number: number): boolean => {
  try {
    kill(number, 0)
    return true
  } catch (error) {
    return reasonOf(error) !== 'ESRCH'
  }
}
