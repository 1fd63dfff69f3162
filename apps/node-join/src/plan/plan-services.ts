import { COMPONENT_UNITS } from '@easycerts/shared/layout'
import { certificateSpec, type SpecFacts, trustBundleSpec } from './plan-specs.ts'
import { heldCertificates, kubeconfigFilesOf, trustBundleFilesOf } from './layout-of-node.ts'
import { type PlannedUnit, unitsTouchedBy } from './plan-stack.ts'

/** What becomes of one unit at the end of a join. */
export type ServiceStep =
  | { readonly unit: string; readonly action: 'start' | 'restart' }
  | { readonly unit: string; readonly action: 'skip'; readonly reason: string }

export interface ServiceFacts {
  readonly units: readonly PlannedUnit[]
  /** Units that must read their files again. */
  readonly affected: ReadonlySet<string>
  readonly isInstalled: (program: string) => boolean
}

const CA_SERVER = 'ca-server.service'

/**
 * The units in the order of their start. The CA's own unit is never touched: a CA is serving this
 * very join. A target is started only if nothing of it is missing.
 */
export const planServices = ({ units, affected, isInstalled }: ServiceFacts): ServiceStep[] => {
  const missing = (unit: PlannedUnit) => unit.programs.find((program) => !isInstalled(program))
  const isComplete = units.every((unit) => missing(unit) === undefined)
  return units.map((unit): ServiceStep => {
    const { name } = unit
    const program = missing(unit)
    if (name === CA_SERVER)
      return { unit: name, action: 'skip', reason: 'it is started by its operator' }
    if (program !== undefined)
      return { unit: name, action: 'skip', reason: `${program} is not installed` }
    if (unit.programs.length === 0 && !isComplete)
      return { unit: name, action: 'skip', reason: 'some of its units cannot start yet' }
    return { unit: name, action: affected.has(name) ? 'restart' : 'start' }
  })
}

/** Units that the changed files concern, by the tables of what each component reads by itself. */
export const affectedUnits = (
  changed: readonly string[],
  facts: SpecFacts,
  units: readonly PlannedUnit[],
): Set<string> => {
  const { node } = facts
  const hasChanged = (path: string) => changed.includes(path)
  const certificates = heldCertificates(facts).filter(
    ({ certificate, key }) => hasChanged(certificate) || hasChanged(key),
  )
  const bundles = trustBundleFilesOf(node).filter(({ path }) => hasChanged(path))
  const actions = [
    ...certificates.flatMap((row) => certificateSpec(row, facts).actions.key ?? []),
    ...bundles.flatMap((row) => trustBundleSpec(row, facts).actions.bundle ?? []),
  ]
  const kubeconfigs = kubeconfigFilesOf(node).filter(({ path }) => hasChanged(path))
  const profiles = new Set(kubeconfigs.map(({ profile }) => profile))
  const readers = heldCertificates(facts).filter(({ profile }) => profiles.has(profile))
  return new Set([
    ...actions.flatMap((action) => ('restart' in action ? [action.restart] : [])),
    ...readers.flatMap(({ component }) => COMPONENT_UNITS[component] ?? []),
    ...unitsTouchedBy(changed, units),
  ])
}
