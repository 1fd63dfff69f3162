import { parseJson } from '@easycerts/shared/encoding'
import { below, type Mutation, mutateText, pick } from './mutate-text.ts'

type Random = () => number

const deep = (depth: number): unknown => {
  let value: unknown = 0
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

const ODD_VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 0.5, 2 ** 53, -(2 ** 31), 1e300, '', 'a', '\0', '\ud800'],
  ...[[], {}, [[]], [null], { length: 1 }, { toJSON: 1 }, 'x'.repeat(5000), deep(200)],
  ...[Array(300).fill('a'), parseJson('{"__proto__":{"polluted":1}}')],
  ...[parseJson('{"constructor":{"prototype":{"polluted":1}}}')],
]

const ODD_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '0', '']

type Holder = Record<string, unknown>

/** What lies deeper is not changed, so that this recursion has a bound. */
const MAX_DEPTH = 60

/** Every object and list of a value. */
const holdersIn = (value: unknown, depth = 0): Holder[] =>
  typeof value === 'object' && value !== null && depth < MAX_DEPTH
    ? [value as Holder, ...Object.values(value).flatMap((member) => holdersIn(member, depth + 1))]
    : []

const setOwn = (holder: Holder, name: string, value: unknown): void => {
  Object.defineProperty(holder, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

/** A value stands in one place only: the next change is not to be seen in two. */
const copyOf = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value))

const changeOne = (root: unknown, other: unknown, random: Random): void => {
  const holder = pick(holdersIn(root), random)
  const name = pick([...Object.keys(holder), ''], random)
  const kind = below(5, random)
  if (kind === 0 && !Array.isArray(holder)) Reflect.deleteProperty(holder, name)
  else if (kind === 1) setOwn(holder, pick(ODD_NAMES, random), copyOf(pick(ODD_VALUES, random)))
  else if (kind === 2) setOwn(holder, name, copyOf(pick([other, ...holdersIn(other)], random)))
  else if (kind === 3 && typeof holder[name] === 'string') {
    const text = Buffer.from(holder[name])
    setOwn(holder, name, mutateText(text, text, random).toString('utf8'))
  } else setOwn(holder, name, copyOf(pick(ODD_VALUES, random)))
}

const MAX_LEVELS = 1500

/** undefined for what is no JSON, or nests so deep that it could not be written again. */
const parsed = (input: Buffer): unknown => {
  const text = input.toString('utf8')
  return (text.match(/[[{]/g) ?? []).length > MAX_LEVELS ? undefined : parseJson(text)
}

/** Keeps it JSON mostly, so that what lies behind the parser is reached. */
export const mutateJson: Mutation = (input, other, random) => {
  const holder: Holder = { root: parsed(input) }
  if (holder['root'] === undefined || random() < 0.15) return mutateText(input, other, random)
  for (let count = 1 + below(2, random); count > 0; count--)
    changeOne(holder, parsed(other), random)
  const text = JSON.stringify(holder['root']) as string | undefined
  return Buffer.from(text ?? 'null')
}
