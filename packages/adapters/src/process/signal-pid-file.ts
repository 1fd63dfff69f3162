import { statSync } from 'node:fs'
import { geteuid, kill } from 'node:process'
import { EasycertsError, reasonOf, wrapError } from '@easycerts/shared/errors'
import { readOwnedFileIfAny, readTextFile } from '../files/index.ts'
import { identifyProcess, isProcessAlive, type ProcessIdentity } from './process-identity.ts'

const ROOT = 0
/** Some programs write more lines (PostgreSQL); the first is the number. */
const FIRST_LINE = /^\s*([1-9]\d{0,9})\s*$/
/** Milliseconds: the kernel tells the time of its boot in whole seconds. */
const INACCURACY = 2_000
/** Of field 22 of /proc/PID/stat, on every architecture of Linux that Node knows (time(7)). */
const TICKS_PER_SECOND = 100

/**
 * Signals the process whose number a file holds, if it runs. The number may belong to another
 * process by now: that one was started after the file was written, and gets nothing
 * (ERR_ACTION_FAILED). ERR_FILE_UNSAFE for a file that somebody else than root, this user or the
 * process's own user has written, who would choose what we signal.
 */
export const signalPidFile = (path: string, signal: NodeJS.Signals): 'sent' | 'not running' => {
  const noted = readPidFile(path)
  const found = noted && findProcess(noted.pid)
  if (!found) return 'not running'
  if (![ROOT, geteuid?.(), found.uid].includes(noted.writer))
    throw new EasycertsError('ERR_FILE_UNSAFE', `${path} belongs to the user ${noted.writer}`)
  if (startOf(found.identity) > noted.writtenAt + INACCURACY)
    throw new EasycertsError(
      'ERR_ACTION_FAILED',
      `${path} is older than process ${noted.pid}, which is another one than it means`,
      { hint: 'the program has ended without removing its file: start it again' },
    )
  return send(path, found.identity, signal)
}

const readPidFile = (path: string) => {
  const file = readOwnedFileIfAny(path)
  if (!file) return undefined
  const [, number] = FIRST_LINE.exec(file.bytes.toString('latin1').split('\n')[0] ?? '') ?? []
  if (number === undefined)
    throw new EasycertsError('ERR_ACTION_FAILED', `${path} holds no process number`, {
      hint: 'is pidFile the right file?',
    })
  return { pid: Number(number), writer: file.uid, writtenAt: file.writtenAt.getTime() }
}

const findProcess = (pid: number): { identity: ProcessIdentity; uid: number } | undefined => {
  const identity = identifyProcess(pid)
  if (identity.startTime === '') {
    // A /proc that hides it (ProtectProc=ptraceable) must not pass for its absence.
    if (isProcessAlive(identity))
      throw new EasycertsError('ERR_ACTION_FAILED', `process ${pid} is hidden from this one`)
    return undefined
  }
  const stats = statSync(`/proc/${pid}`, { throwIfNoEntry: false })
  return stats && { identity, uid: stats.uid }
}

/** Milliseconds since 1970, by the clock of this machine. */
const startOf = ({ startTime }: ProcessIdentity): number => {
  const [, bootTime = '0'] = /^btime (\d+)$/m.exec(readTextFile('/proc/stat')) ?? []
  return (Number(bootTime) + Number(startTime) / TICKS_PER_SECOND) * 1000
}

/** The last look is just before, for there is no signal to a process by more than its number. */
const send = (
  path: string,
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
): 'sent' | 'not running' => {
  if (!isProcessAlive(identity)) return 'not running'
  try {
    kill(identity.pid, signal)
    return 'sent'
  } catch (error) {
    if (reasonOf(error) === 'ESRCH') return 'not running'
    throw wrapError('ERR_ACTION_FAILED', `cannot signal process ${identity.pid} of ${path}`, error)
  }
}
