import { leavesOf, type ReadStack } from '../stack-reading/index.ts'
import type { Setting } from './fact-of.ts'

export interface ValuedSetting extends Setting {
  readonly value: string
  /** The unit, or the configuration file, that holds it. */
  readonly where: string
}

/** Every flag and field of a stack. */
export const settingsOf = ({ units, configurations }: ReadStack): ValuedSetting[] => [
  ...units.flatMap(({ name: where, component, flags }) =>
    component === undefined
      ? []
      : flags.map(
          ({ name, value }) => ({ kind: 'flag', of: component, name, value, where }) as const,
        ),
  ),
  ...configurations.flatMap(({ path, kind, value }) =>
    leavesOf(value).map(
      (leaf) =>
        ({ kind: 'field', of: kind, name: leaf.path, value: leaf.value, where: path }) as const,
    ),
  ),
]
