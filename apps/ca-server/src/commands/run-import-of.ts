import { resolve } from 'node:path'
import { type AdoptionPlan, collectFaults, type Faults } from '../adoption/index.ts'
import type { CommandContext } from './command-context.ts'
import type { ImportOptions } from './import-options.ts'
import { completePlan, runImportUndo, runPlan } from './run-import.ts'

/** Looks at a cluster and plans its takeover; undefined where faults leave no plan. */
type PlanImport<Options> = (
  options: Options,
  now: Date,
  faults: Faults,
) => Omit<AdoptionPlan, 'files'> | undefined

/** One import from its words to its end: undone, refused with all faults at once, shown, or done. */
export const runImportOf = async <Options extends ImportOptions>(
  context: CommandContext,
  given: Options,
  plan: PlanImport<Options>,
): Promise<void> => {
  const options = {
    ...given,
    root: resolve(given.root),
    dataDirectory: resolve(given.dataDirectory),
  }
  if (options.undo === true) return runImportUndo(context, options)
  const faults = collectFaults()
  const planned = plan(options, context.clock(), faults)
  faults.refuse()
  if (planned) await runPlan(context, options, completePlan(context, options, planned))
}
