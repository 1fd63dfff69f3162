/** Flags of the old certmgr, each by the variable that says the same; a flag wins. */
export const OLD_FLAGS = {
  dir: 'CERTMGR_DIR',
  svcmgr: 'CERTMGR_SVCMGR',
  before: 'CERTMGR_BEFORE',
  interval: 'CERTMGR_INTERVAL',
  interval_splay: 'CERTMGR_INTERVAL_SPLAY',
  initial_splay: 'CERTMGR_INITIAL_SPLAY',
} as const

export type OldFlags = Partial<Readonly<Record<keyof typeof OLD_FLAGS, string>>>

/** The options of the old certmgr that say how it logs. */
export interface OldLogFlags {
  readonly 'log.json'?: boolean
  readonly level?: string
}
