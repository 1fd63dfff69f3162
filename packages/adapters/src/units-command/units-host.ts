import type { Clock } from '@easycerts/shared/time'
import type { DescribedNode, ClusterDescription } from '@easycerts/units/description'
import type { NodeStack } from '@easycerts/units/stack'
import type { Terminal } from '../terminal/index.ts'
import type { UnitsOptions } from './units-options.ts'

/** What one node gets, and of which description, if it is of one. */
export interface NamedStack {
  readonly node: string
  readonly stack: NodeStack
  readonly source?: { readonly description: ClusterDescription; readonly node: DescribedNode }
}

/** What the command gets of the program that has it. */
export interface UnitsHost {
  readonly terminal: Terminal
  readonly clock: Clock
  readonly uid: number
  /** What this machine knows of itself, where no description is given. May fail with a hint. */
  readonly ownStack: (options: UnitsOptions) => NamedStack
}
