import { formatConfig } from '@easycerts/shared/config'
import { NODE_PATHS } from '@easycerts/shared/layout'
import type { Adoption } from '../adoption/index.ts'
import { LEFT_CONFIG } from './plan-left-specs.ts'
import { type PlannedFile, WRITTEN_BY } from './planned-file.ts'

/** certmgr starts once this file is there, so it is written after all that it names. */
export const planCertmgrConfig = (adoption?: Adoption): PlannedFile => ({
  path: NODE_PATHS.certmgrConfig,
  content: formatConfig(WRITTEN_BY, {
    specs: NODE_PATHS.specDirectory,
    ...(adoption?.settings.metrics ? { metrics: adoption.settings.metrics } : {}),
    ...(adoption && adoption.left.length > 0 ? { oldCertmgr: LEFT_CONFIG } : {}),
  }),
  mode: 0o644,
})
