import { legacySpecFiles } from '@easycerts/adapters/old-certmgr'
import { findShell } from '@easycerts/adapters/process'
import { formatLegacyRemote, type LegacyConfig } from '@easycerts/shared/legacy-certmgr'
import { COMMAND_PATH } from '../plan/index.ts'
import type { SpecFile } from './choose-specs.ts'
import { claimsOf, findDuplicate } from './find-duplicates.ts'
import { type LegacyReading, readLegacySpec } from './read-legacy-spec.ts'
import type { SourcedSpec } from './sourced-spec.ts'

/** Specs of the old certmgr: what is in force, and the readings behind it. */
export interface LegacySpecs {
  readonly readings: readonly LegacyReading[]
  readonly files: readonly SpecFile[]
  readonly faults: readonly string[]
  readonly warnings: readonly string[]
}

export interface LegacyPlace {
  readonly config: LegacyConfig
  /** The directory of specs, or one spec, as this process sees it. */
  readonly path: string
  /** Who has which name and path already; grows. */
  readonly owners: Map<string, string>
}

/**
 * Every spec of a directory. A bad one never stops the others, and one that was good at the last
 * reading stays as it was then. Specs that keep one CA in one file in one way share it.
 */
export const loadLegacySpecs = (
  { config, path, owners }: LegacyPlace,
  before: LegacySpecs | undefined,
): LegacySpecs => {
  const names = legacySpecFiles(path)
  if (!Array.isArray(names)) return { ...(before ?? NONE), faults: [names.fault] }
  const known = new Map(before?.readings.map((reading) => [reading.file, reading]))
  let shell: { readonly found: string | undefined } | undefined
  const reader = { config, shell: () => (shell ??= { found: findShell(COMMAND_PATH) }).found }
  const readings = names.map((file) => readLegacySpec(file, reader, known.get(file)))

  const shared = new Set<string>()
  const files: SpecFile[] = []
  const faults: string[] = []
  /** The fault of the first spec that cannot have what it wants; then its file has none in force. */
  const claim = (file: string, specs: readonly SourcedSpec[]): string | undefined => {
    const own = specs.filter((spec) => !shared.has(sharingOf(spec)))
    for (const [index, spec] of own.entries()) {
      const fault = findDuplicate(owners, file, spec)
      if (fault === undefined) continue
      for (const claimed of own.slice(0, index).flatMap(claimsOf)) owners.delete(claimed)
      return fault
    }
    for (const spec of own) if (spec.kind === 'TrustBundle') shared.add(sharingOf(spec))
    files.push(...own.map((spec) => ({ file, spec })))
    return undefined
  }

  for (const { file, specs, fault: own } of readings) {
    const fault = own ?? claim(file, specs)
    if (fault === undefined) continue
    const former = before?.files.flatMap((each) => (each.file === file ? [each.spec] : [])) ?? []
    const stays = former.length > 0 && claim(file, former) === undefined
    faults.push(
      stays ? `${fault}\n${file}: until that is mended, the spec stays in force as it was` : fault,
    )
  }
  return { readings, files, faults, warnings: readings.flatMap(({ warnings }) => warnings) }
}

const NONE: LegacySpecs = { readings: [], files: [], faults: [], warnings: [] }

/** The same for bundles that are one file with one CA; a certificate shares nothing. */
const sharingOf = ({ kind, source, ...spec }: SourcedSpec): string => {
  if (kind !== 'TrustBundle' || !source || !('file' in spec)) return ''
  const { remotes, label } = source.authority
  return JSON.stringify([spec.file, remotes.map(formatLegacyRemote), label])
}
