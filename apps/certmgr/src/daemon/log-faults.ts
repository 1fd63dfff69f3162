import type { Log } from '@easycerts/adapters/log'
import type { LoadedSpecs } from '../specs/index.ts'

/** One line for each fault of each spec. */
export const logFaults = (log: Log, { faults }: Pick<LoadedSpecs, 'faults'>): void => {
  for (const fault of faults.flatMap((each) => each.split('\n')))
    log.error('bad spec', { fault, hint: 'see certmgr check' })
}
