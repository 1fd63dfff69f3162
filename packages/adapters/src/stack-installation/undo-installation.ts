import { EasycertsError } from '@easycerts/shared/errors'
import { refuseForeign } from './install-stack.ts'
import { loadRecords, type NumberedRecord } from './installation-record.ts'
import { changedSince, putBack } from './put-back.ts'
import type { TargetMachine } from './target-machine.ts'
import { withLock } from './with-lock.ts'

/** What an undo would put back. ERR_NOTHING_INSTALLED. */
export const lastInstallation = (machine: TargetMachine): NumberedRecord => {
  const last = loadRecords(machine).at(-1)
  if (last === undefined)
    throw new EasycertsError('ERR_NOTHING_INSTALLED', `nothing to undo below ${machine.root}`)
  return last
}

/**
 * Puts back what was there before the last installation that was not undone. Users that it made
 * stay, for they may own something by now. ERR_NOTHING_INSTALLED; ERR_FILE_CHANGED, with nothing
 * done, for files that somebody changed since.
 */
export const undoInstallation = (
  machine: TargetMachine,
  { force }: { readonly force: boolean },
): Promise<NumberedRecord> =>
  withLock(machine, async () => {
    const last = lastInstallation(machine)
    refuseForeign(changedSince(machine, last), { force })
    await putBack(machine, last)
    return last
  })
