import { leavesOf, type ReadStack } from '../stack-reading/index.ts'
import { FIELD_FACTS } from '../facts/index.ts'
import type { Setting } from './fact-of.ts'

export interface ValuedSetting extends Setting {
  readonly value: string
  /** The unit, or the configuration file, that holds it. */
  readonly where: string
}

/** Every flag of a stack, and every field of the kinds that the tables know. */
export const settingsOf = ({ units, configurations }: ReadStack): ValuedSetting[] => [
  ...units.flatMap(({ name: where, component, flags }) =>
    component === undefined
      ? []
      : flags.map(
          ({ name, value }) => ({ kind: 'flag', of: component, name, value, where }) as const,
        ),
  ),
  ...configurations
    .filter(({ kind }) => Object.hasOwn(FIELD_FACTS, kind))
    .flatMap(({ path, kind, value }) =>
      leavesOf(value).map(
        (leaf) =>
          ({ kind: 'field', of: kind, name: leaf.path, value: leaf.value, where: path }) as const,
      ),
    ),
]
