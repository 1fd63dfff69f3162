import { kill } from 'node:process'
import { reasonOf } from '@easycerts/shared/errors'
import { readTextFile, readTextFileIfAny } from '../files/index.ts'

/** Names one process for ever: a number alone is used again, after a reboot from 1 on. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks since boot (field 22 of /proc/PID/stat). */
  readonly startTime: string
  readonly bootId: string
}

export const identifyProcess = (pid: number): ProcessIdentity => ({
  pid,
  startTime: statusOf(pid)?.startTime ?? '',
  bootId: currentBootId(),
})

/** A zombie is dead: it holds nothing any more. What cannot be looked into counts as alive. */
export const isProcessAlive = (identity: ProcessIdentity): boolean => {
  if (identity.bootId !== currentBootId()) return false
  const status = statusOf(identity.pid)
  if (status === undefined) return exists(identity.pid)
  return status.startTime === identity.startTime && !'ZX'.includes(status.state)
}

const currentBootId = (): string => readTextFile('/proc/sys/kernel/random/boot_id').trim()

const statusOf = (pid: number): { state: string; startTime: string } | undefined => {
  const stat = readStat(pid)
  if (stat === undefined) return undefined
  // Field 2, the name, may hold blanks and brackets; field 3 follows its last bracket.
  const [state = '', ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state, startTime: rest[18] ?? '' }
}

const readStat = (pid: number): string | undefined => {
  try {
    return readTextFileIfAny(`/proc/${pid}/stat`)
  } catch {
    // ESRCH: it ended between open and read.
    return undefined
  }
}

/** Where /proc hides the processes of others (hidepid), only this tells whether there is one. */
const exists = (pid: number): boolean => {
  try {
    kill(pid, 0)
    return true
  } catch (error) {
    return reasonOf(error) !== 'ESRCH'
  }
}
