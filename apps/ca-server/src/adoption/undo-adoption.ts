import { EasycertsError } from '@easycerts/shared/errors'
import type { AdoptionMachine } from './adoption-machine.ts'
import { type AdoptionRecord, loadAdoption, withAdoptionLock } from './adoption-record.ts'
import { putBack } from './put-back.ts'

/** Puts everything back as it was before the import. ERR_NOTHING_INSTALLED. */
export const undoAdoption = (
  machine: AdoptionMachine,
  dataDirectory: string,
): Promise<AdoptionRecord> =>
  withAdoptionLock(dataDirectory, machine.clock, async () => {
    const record = loadAdoption(dataDirectory)
    if (!record)
      throw new EasycertsError('ERR_NOTHING_INSTALLED', `${dataDirectory} is of no import`, {
        hint: 'nothing was changed: give the --data-directory that the import had',
      })
    await putBack(machine, record)
    return record
  })
