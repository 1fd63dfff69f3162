import { resolve } from 'node:path'
import { collectFaults, planKubeadm, surveyKubeadm } from '../adoption/index.ts'
import type { CommandContext } from './command-context.ts'
import { clusterFlagsOf, type ImportOptions } from './import-options.ts'
import { completePlan, runImportUndo, runPlan } from './run-import.ts'

export interface ImportKubeadmOptions extends ImportOptions {
  readonly pki: string
}

/** `ca-server import kubeadm` */
export const runImportKubeadm = async (
  context: CommandContext,
  given: ImportKubeadmOptions,
): Promise<void> => {
  const options = {
    ...given,
    root: resolve(given.root),
    dataDirectory: resolve(given.dataDirectory),
  }
  if (options.undo === true) return runImportUndo(context, options)
  const now = context.clock()
  const faults = collectFaults()
  const master = surveyKubeadm({ root: options.root, pki: options.pki, now }, faults)
  const plan = planKubeadm(master, clusterFlagsOf(options, now), faults)
  faults.refuse()
  if (plan) await runPlan(context, options, completePlan(context, options, plan))
}
