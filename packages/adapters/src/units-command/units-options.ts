import type { FlavourName } from '@easycerts/units/description'

/** The words of `units`, as commander gives them. */
export interface UnitsOptions {
  readonly cluster?: string
  readonly node?: string
  readonly flavour?: FlavourName
  readonly kubernetesVersion?: string
  readonly verbatim?: boolean
  readonly certmgrTimer?: boolean
  readonly root: string
  readonly out?: string
  readonly tar?: string
  readonly stdout?: boolean
  readonly diff?: boolean
  readonly install?: boolean
  readonly undo?: boolean
  readonly explain?: string
  readonly dryRun?: boolean
  readonly force?: boolean
}

export interface ReleaseDiffOptions extends UnitsOptions {
  readonly from: string
  readonly to: string
}
