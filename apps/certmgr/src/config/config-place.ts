/** Where the configuration is looked for. */
export interface ConfigPlace {
  readonly root: string
  /** Below the root; the default one may be missing. */
  readonly file: string | undefined
  /** CERTMGR_… overrides the configuration of the old certmgr. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
}
