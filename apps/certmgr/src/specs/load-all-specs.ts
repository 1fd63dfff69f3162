import { join } from 'node:path'
import { EasycertsError } from '@easycerts/shared/errors'
import type { CertmgrConfig } from '../config/index.ts'
import { claimsOf } from './find-duplicates.ts'
import { loadLegacySpecs } from './load-legacy-specs.ts'
import { type LoadedSpecs, specsOf } from './loaded-specs.ts'
import { loadSpecs } from './load-specs.ts'

type Wanted = Pick<CertmgrConfig, 'specs' | 'legacy' | 'isJoinExpected' | 'root'>

/** Every spec that a configuration names, ours and the old certmgr's; as `loadSpecs`. */
export const loadAllSpecs = (config: Wanted, before?: LoadedSpecs): LoadedSpecs => {
  const { legacy: old, isJoinExpected, root } = config
  const formerOwn = before?.parts ? before.parts.own : before
  const own = isJoinExpected ? loadSpecs(config.specs, formerOwn) : undefined
  if (!old) return own ?? specsOf([], [], [])
  const owners = new Map(
    own?.files.flatMap(({ file, spec }) => claimsOf(spec).map((claim) => [claim, file] as const)),
  )
  const path = join(root, old.specs)
  const legacy = loadLegacySpecs({ config: old, path, owners }, before?.parts?.legacy)
  return {
    ...specsOf(
      own?.readings ?? [],
      [...(own?.files ?? []), ...legacy.files],
      [...(own?.faults ?? []), ...legacy.faults],
    ),
    warnings: legacy.warnings,
    parts: { own, legacy },
  }
}

/** ERR_CONFIG_INVALID where there is nothing to keep true. */
export const requireSomeSpecs = (
  { specs: place }: Pick<CertmgrConfig, 'specs'>,
  { files }: LoadedSpecs,
): void => {
  if (files.length === 0) throw new EasycertsError('ERR_CONFIG_INVALID', `no spec is in ${place}`)
}
