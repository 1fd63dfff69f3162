import type { ReadStack } from '../stack-reading/index.ts'
import type { NodeStack, StackRequest } from '../stack/index.ts'

/** One node's stack, as it was asked for and as it came out. */
export interface Checked {
  readonly request: StackRequest
  readonly stack: NodeStack
  /** The same, read from its text. */
  readonly read: ReadStack
}

/** A rule between parts of a stack: what contradicts, one sentence each, naming both sides. */
export interface Check {
  readonly name: string
  readonly find: (checked: Checked) => readonly string[]
}
