import { mutateOctets } from '../mutate-octets.ts'

type Random = () => number

/** An input made of another one; `other` is a second one of the same corpus. */
export type Mutation = (input: Buffer, other: Buffer, random: Random) => Buffer

export const below = (bound: number, random: Random): number => Math.floor(random() * bound)

export const pick = <Item>(items: readonly Item[], random: Random): Item =>
  items[below(items.length, random)]!

/** What readers of text stumble over. */
const ODD_TEXTS = [
  ...['\0', '\n', '\r\n', '\u2028', '\ufeff', '\u202e', 'İ', 'ß', '\ud800', '💥', ' ', '\t'],
  ...['__proto__', 'constructor', 'toString', 'null', 'true', 'NaN', '{}', '[]', '""', '~'],
  ...['-1', '0', '1e309', '9007199254740993', '0x10', '010', '1_000', '.5', '-0'],
  ...[
    '../',
    '/',
    '%00',
    '%',
    '&a',
    '*a',
    '<<: *a',
    '!!js/function',
    '!!binary x',
    '? ',
    '- ',
    ': ',
  ],
  ...['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----', '=', '==', '.', '..', '"', "'"],
]

/** Beyond any bound of a field, not of a whole input. */
const LONG = 5000
const DEEP = 3000

const splitAt = (text: string, random: Random): [string, string] => {
  const at = below(text.length + 1, random)
  return [text.slice(0, at), text.slice(at)]
}

const CHANGES: readonly ((text: string, other: string, random: Random) => string)[] = [
  (text, _, random) => splitAt(text, random).join(pick(ODD_TEXTS, random)),
  (text, _, random) => {
    const [before, after] = splitAt(text, random)
    return before + after.slice(1 + below(20, random))
  },
  (text, _, random) => {
    const lines = text.split('\n')
    const line = pick(lines, random)
    return [...lines, ...Array<string>(1 + below(3, random)).fill(line)].join('\n')
  },
  (text, _, random) => {
    const lines = text.split('\n')
    lines.splice(below(lines.length, random), 1)
    return lines.join('\n')
  },
  (text, other, random) => splitAt(text, random)[0] + splitAt(other, random)[1],
  (text, _, random) =>
    text.replace(/\d+/, () => pick(['-1', '1e9', '99999999999999999999', '0', ''], random)),
  (text, _, random) => {
    const words = text.match(/[A-Za-z]+/g) ?? ['']
    return text.replace(pick(words, random), pick([...words, ...ODD_TEXTS], random))
  },
  (text, _, random) => (random() < 0.5 ? text.toUpperCase() : text.toLowerCase()),
]

/** Slow to read, so rare. */
const LARGE_CHANGES: typeof CHANGES = [
  (text, _, random) => {
    const [before, after] = splitAt(text, random)
    return before + after.charAt(0).repeat(LONG) + after
  },
  (text, _, random) => {
    const [before, after] = splitAt(text, random)
    return before + pick(['[', '{"a":', '- ', '(', '{', '? '], random).repeat(DEEP) + after
  },
]

export const mutateText: Mutation = (input, other, random) => {
  if (random() < 0.1 && input.length > 0) return mutateOctets(input, random)
  const change = pick(random() < 0.02 ? LARGE_CHANGES : CHANGES, random)
  return Buffer.from(change(input.toString('utf8'), other.toString('utf8'), random), 'utf8')
}
