import { addDuration, days } from '@easycerts/shared/time'
import { EasycertsError } from '@easycerts/shared/errors'
import { type EasyCertsFlags, planEasyCerts, surveyEasyCerts } from '../adoption/index.ts'
import type { CommandContext } from './command-context.ts'
import { ownNetworks } from './import-machine.ts'
import { clusterFlagsOf, type ImportOptions } from './import-options.ts'
import { runImportOf } from './run-import-of.ts'

export interface ImportEasyCertsOptions extends ImportOptions, EasyCertsFlags {
  /** For how long the master's own certmgr may go on as it does. */
  readonly masterDays: string
}

const MOST_MASTER_DAYS = 365

/** `ca-server import easycerts` */
export const runImportEasyCerts = (
  context: CommandContext,
  given: ImportEasyCertsOptions,
): Promise<void> =>
  runImportOf(context, given, (options, now, faults) => {
    const { root, dataDirectory } = options
    const master = surveyEasyCerts({ root, flags: options, dataDirectory, now }, faults)
    const machine = { networks: ownNetworks(), until: endOfMasterRow(options, now) }
    return planEasyCerts(
      master,
      { ...clusterFlagsOf(options, now), dataDirectory, machine },
      faults,
    )
  })

/** Undefined: the master moves at once, and gets no row. */
const endOfMasterRow = ({ masterDays }: ImportEasyCertsOptions, now: Date): Date | undefined => {
  const count = Number(masterDays)
  if (!Number.isInteger(count) || count < 0 || count > MOST_MASTER_DAYS)
    throw new EasycertsError('ERR_USAGE', `--master-days is a number from 0 to ${MOST_MASTER_DAYS}`)
  return count === 0 ? undefined : addDuration(now, days(count))
}
