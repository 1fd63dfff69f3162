import type { CertmgrConfig } from '../../config/index.ts'

/** Below another root nobody serves what lies there. */
export const provesUse = ({
  proveUse,
  actsOnThisSystem,
}: Pick<CertmgrConfig, 'proveUse' | 'actsOnThisSystem'>): boolean => proveUse && actsOnThisSystem
