import { resolve } from 'node:path'
import { addDuration, days } from '@easycerts/shared/time'
import { EasycertsError } from '@easycerts/shared/errors'
import {
  collectFaults,
  type EasyCertsFlags,
  planEasyCerts,
  surveyEasyCerts,
} from '../adoption/index.ts'
import type { CommandContext } from './command-context.ts'
import { ownNetworks } from './import-machine.ts'
import { clusterFlagsOf, type ImportOptions } from './import-options.ts'
import { completePlan, runImportUndo, runPlan } from './run-import.ts'

export interface ImportEasyCertsOptions extends ImportOptions, EasyCertsFlags {
  /** For how long the master's own certmgr may go on as it does. */
  readonly masterDays: string
}

const MOST_MASTER_DAYS = 365

/** `ca-server import easycerts` */
export const runImportEasyCerts = async (
  context: CommandContext,
  given: ImportEasyCertsOptions,
): Promise<void> => {
  const options = {
    ...given,
    root: resolve(given.root),
    dataDirectory: resolve(given.dataDirectory),
  }
  if (options.undo === true) return runImportUndo(context, options)
  const now = context.clock()
  const faults = collectFaults()
  const { root, dataDirectory } = options
  const master = surveyEasyCerts({ root, flags: options, dataDirectory, now }, faults)
  const plan = planEasyCerts(
    master,
    {
      ...clusterFlagsOf(options, now),
      dataDirectory,
      machine: { networks: ownNetworks(), until: endOfMasterRow(options, now) },
    },
    faults,
  )
  faults.refuse()
  if (plan) await runPlan(context, options, completePlan(context, options, plan))
}

/** Undefined: the master moves at once, and gets no row. */
const endOfMasterRow = ({ masterDays }: ImportEasyCertsOptions, now: Date): Date | undefined => {
  const count = Number(masterDays)
  if (!Number.isInteger(count) || count < 0 || count > MOST_MASTER_DAYS)
    throw new EasycertsError('ERR_USAGE', `--master-days is a number from 0 to ${MOST_MASTER_DAYS}`)
  return count === 0 ? undefined : addDuration(now, days(count))
}
