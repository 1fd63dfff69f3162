import fc from 'fast-check'
import type * as v from 'valibot'

/** What is read of a valibot schema. */
interface Shape {
  readonly type: string
  readonly entries?: Readonly<Record<string, Shape>>
  readonly item?: Shape
  readonly items?: readonly Shape[]
  readonly options?: readonly unknown[]
  readonly wrapped?: Shape
  readonly literal?: unknown
  readonly pipe?: readonly (Shape & { readonly requirement?: unknown })[]
  readonly value?: Shape
}

/** A value that the schema takes, but for what only its own code checks. */
export const sampleOfSchema = (schema: v.GenericSchema, seed: number): unknown =>
  sampleOf(schema, seed)

const sampleOf = (shape: Shape, seed: number): unknown => {
  const { wrapped, options, entries, item, items } = shape
  if (wrapped) return sampleOf(wrapped, seed)
  if (shape.type === 'picklist') return options?.[0]
  if (shape.type === 'union' || shape.type === 'variant')
    return sampleOf(options?.[0] as Shape, seed)
  if (shape.type === 'literal') return shape.literal
  if (shape.type === 'array') return item ? [sampleOf(item, seed)] : []
  if (shape.type === 'record') return { a: shape.value ? sampleOf(shape.value, seed) : 1 }
  if (items) return items.map((each) => sampleOf(each, seed))
  if (entries)
    return Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => [name, sampleOf(entry, seed)]),
    )
  if (shape.type === 'string') return textOf(shape, seed)
  return { number: 1, boolean: true }[shape.type] ?? null
}

/** Of the first pattern, or a word, at least as long as is asked for. */
const textOf = ({ pipe = [] }: Shape, seed: number): string => {
  const pattern = pipe.find(({ type }) => type === 'regex')?.requirement
  if (pattern instanceof RegExp)
    return fc.sample(fc.stringMatching(pattern), { numRuns: 1, seed })[0] ?? ''
  return pipe.some(({ type }) => type.startsWith('iso')) ? '2026-03-01T12:00:00.000Z' : 'worker-1'
}
