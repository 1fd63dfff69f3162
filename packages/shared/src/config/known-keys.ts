import type * as v from 'valibot'

/** What a schema of Valibot shows of its structure. */
interface Shape {
  readonly type?: unknown
  readonly entries?: Readonly<Record<string, Shape>>
  readonly wrapped?: Shape
  readonly item?: Shape
  readonly value?: Shape
  readonly options?: readonly unknown[]
  readonly literal?: unknown
}

/** Keys that a schema takes in the object whose key the path ends with, and that are not there yet. */
export const missingKeysAt = (
  schema: v.GenericSchema,
  path: readonly v.IssuePathItem[],
): string[] => {
  let shapes: readonly Shape[] = [schema]
  let known: readonly string[] = []
  let present: unknown
  for (const { input, key } of path) {
    const here = shapes.flatMap((shape) => alternativesOf(shape, input))
    known = here.flatMap(({ entries }) => Object.keys(entries ?? {}))
    present = input
    shapes = here.flatMap((shape) => inside(shape, key))
  }
  const isPresent = (key: string): boolean =>
    typeof present === 'object' && present !== null && Object.hasOwn(present, key)
  return known.filter((key) => !isPresent(key))
}

/** What may stand in a place; of several kinds of object only those that the value says it is. */
const alternativesOf = (shape: Shape, input: unknown): readonly Shape[] => {
  if (shape.wrapped) return alternativesOf(shape.wrapped, input)
  const options = shape.options?.filter(isShape)
  if (!options) return [shape]
  return options
    .flatMap((option) => alternativesOf(option, input))
    .filter((option) => fits(option, input))
}

const isShape = (option: unknown): option is Shape => typeof option === 'object' && option !== null

const fits = ({ entries }: Shape, input: unknown): boolean =>
  Object.entries(entries ?? {}).every(
    ([key, { type, literal }]) =>
      type !== 'literal' || (input as Readonly<Record<string, unknown>> | null)?.[key] === literal,
  )

const inside = ({ entries, item, value }: Shape, key: unknown): readonly Shape[] => {
  const own = entries && Object.hasOwn(entries, String(key)) ? entries[String(key)] : undefined
  const next = own ?? item ?? value
  return isShape(next) ? [next] : []
}
