import { planKubeadm, surveyKubeadm } from '../adoption/index.ts'
import type { CommandContext } from './command-context.ts'
import { clusterFlagsOf, type ImportOptions } from './import-options.ts'
import { runImportOf } from './run-import-of.ts'

export interface ImportKubeadmOptions extends ImportOptions {
  readonly pki: string
}

/** `ca-server import kubeadm` */
export const runImportKubeadm = (
  context: CommandContext,
  given: ImportKubeadmOptions,
): Promise<void> =>
  runImportOf(context, given, (options, now, faults) => {
    const master = surveyKubeadm({ root: options.root, pki: options.pki, now }, faults)
    return planKubeadm(master, clusterFlagsOf(options, now), faults)
  })
