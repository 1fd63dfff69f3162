import { sameAsOnDisk } from '@easycerts/adapters/files'
import { layoutOfNode } from '@easycerts/shared/layout'
import { existsOn, pathOn } from '../machine/index.ts'
import { asItStands } from '../adoption/index.ts'
import type { JoinPlan } from '../plan/join-plan.ts'
import type { FileKind, PreviewedFile } from '../plan/join-preview.ts'
import type { PlannedFile } from '../plan/planned-file.ts'
import type { Place } from './publish.ts'

export interface FileChoices {
  readonly withUnits: boolean
}

/** Every file of the plan against the disk; reads only. */
export const compareFiles = (
  place: Place,
  plan: JoinPlan,
  { withUnits }: FileChoices,
): PreviewedFile[] => {
  const compare = (kind: FileKind, files: readonly PlannedFile[]): PreviewedFile[] =>
    files.map((file) => compareFile(place, kind, file))
  return [
    ...compare(
      'trust bundle',
      plan.adoption
        ? plan.trustBundles.map((file) => asItStands(place.machine, file))
        : plan.trustBundles,
    ),
    ...(plan.hasServiceAccountKey
      ? [accountKey(place, layoutOfNode(plan.facts.node).serviceAccountKey)]
      : []),
    ...compare('kubeconfig', plan.kubeconfigs),
    ...compare('certificate spec', plan.certmgr),
    ...(withUnits ? compare('unit or configuration', plan.stack.files) : []),
  ]
}

const compareFile = (place: Place, kind: FileKind, file: PlannedFile): PreviewedFile => {
  const { path, owner = 'root', mode } = file
  const action = isRight(place, file) ? 'keep' : existsOn(place.machine, path) ? 'replace' : 'write'
  return { path, kind, action, owner, mode: modeText(mode) }
}

/** An owner that is not there yet owns nothing: the join makes it. */
const isRight = (
  { machine, ids }: Place,
  { path, owner = 'root', group = owner, ...file }: PlannedFile,
) => {
  try {
    return sameAsOnDisk({ ...file, path: pathOn(machine, path), owner, group }, ids)
  } catch {
    return false
  }
}

/** Made once and never replaced. */
const accountKey = ({ machine }: Place, path: string): PreviewedFile => {
  const action = existsOn(machine, path) ? 'keep' : 'write'
  const owner = 'kubernetes'
  return { path, kind: 'service-account key', action, owner, mode: modeText(0o600) }
}

const modeText = (mode: number): string => mode.toString(8).padStart(4, '0')
