import { leavesOf, type ReadStack } from '../stack-reading/index.ts'

/** A value that a component gets, and where it stands: 'kubelet.service --node-ip'. */
export interface FoundValue {
  readonly value: string
  readonly where: string
}

/** Of a flag of these components, wherever one runs. Values that systemd or a shell fills in are left out. */
export const flagValues = (
  { units }: ReadStack,
  components: readonly string[],
  flag: string,
): FoundValue[] =>
  units
    .filter(({ component }) => component !== undefined && components.includes(component))
    .flatMap(({ name: unit, flags }) =>
      flags
        .filter(({ name }) => name.replaceAll('_', '-') === flag)
        .map(({ value }) => ({ value, where: `${unit} --${flag}` })),
    )
    .filter(isKnown)

/** Of a field, and all that is below it, in configurations of a kind. */
export const fieldValues = (
  { configurations }: ReadStack,
  kind: string,
  field: string,
): FoundValue[] =>
  configurations
    .filter((each) => each.kind === kind)
    .flatMap(({ path, value }) =>
      leavesOf(value)
        .filter((leaf) => leaf.path === field || leaf.path.startsWith(`${field}.`))
        .map((leaf) => ({ value: leaf.value, where: `${path} ${leaf.path}` })),
    )
    .filter(isKnown)

const isKnown = ({ value }: FoundValue): boolean => !/[$%]/.test(value)

/** Parts of a list in one flag, without the empty ones. */
export const partsOf = ({ value, where }: FoundValue): FoundValue[] =>
  value
    .split(',')
    .filter((part) => part !== '')
    .map((part) => ({ value: part, where }))
