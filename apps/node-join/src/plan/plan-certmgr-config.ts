import { formatConfig } from '@easycerts/shared/config'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { type PlannedFile, WRITTEN_BY } from './planned-file.ts'

/** certmgr starts once this file is there, so it is written after all that it names. */
export const planCertmgrConfig = (): PlannedFile => ({
  path: NODE_PATHS.certmgrConfig,
  content: formatConfig(WRITTEN_BY, { specs: NODE_PATHS.specDirectory }),
  mode: 0o644,
})
