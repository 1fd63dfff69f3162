import { rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ensureDirectory } from '../files/index.ts'
import { acquireProcessLock } from '../process/index.ts'
import { journalDirectoryOf, stateDirectoryOf, type TargetMachine } from './target-machine.ts'

/** One installation, or undoing, at a time. ERR_SERVER_RUNNING names the process that is at it. */
export const withLock = async <Value>(
  machine: TargetMachine,
  work: () => Promise<Value>,
): Promise<Value> => {
  const directory = stateDirectoryOf(machine)
  await ensureDirectory(directory, 0o700)
  const lock = await acquireProcessLock(join(directory, 'lock'), machine.clock)
  try {
    return await work()
  } finally {
    await lock.release()
    // Where nothing is left to undo, nothing is left of us.
    for (const empty of [journalDirectoryOf(machine), directory, dirname(directory)])
      await rmdir(empty).catch(() => undefined)
  }
}
