import { parseNodeName } from '../cluster/index.ts'
import { EasycertsError, isEasycertsError } from '../errors/index.ts'

/** The names that a ticket for a fleet is for. */
export interface NamePattern {
  readonly text: string
  /** How many names it has; infinite for `*`. */
  readonly size: number
  readonly matches: (name: string) => boolean
}

const GAP = /^([a-z0-9.-]*)(?:\*|\{(\d{1,6})\.\.(\d{1,6})\})([a-z0-9.-]*)$/
/** What `*` stands for: no hyphen and no dot, so that `worker-*` is not `worker-gpu-1`. */
const STAR = /^[a-z0-9]{1,20}$/
/** One slip of a finger must not open the whole cluster. */
const MAX_RANGE = 10_000

/** Whether the text has a gap: no node's name has one of these characters. */
export const isNamePattern = (text: string): boolean => /[*{}]/.test(text)

/**
 * A name with one gap: `worker-*` (letters and digits), `worker-{01..40}` (that many numbers of that
 * width), `worker-{1..40}`. ERR_NAME_INVALID for any other, and for one that no node name matches.
 */
export const parseNamePattern = (text: string): NamePattern => {
  const [, before, from, to, after = ''] = GAP.exec(text) ?? []
  if (before === undefined) throw invalid(text, 'has one gap, * or {1..40}')
  if (before === '') throw invalid(text, 'begins with letters that its nodes have in common')
  const fits = (middle: string): boolean => isNodeName(`${before}${middle}${after}`)
  const middleOf = (name: string): string | undefined =>
    name.length > before.length + after.length && name.startsWith(before) && name.endsWith(after)
      ? name.slice(before.length, name.length - after.length)
      : undefined
  if (from === undefined || to === undefined) {
    if (!fits('a')) throw invalid(text, 'matches names of nodes')
    return { text, size: Infinity, matches: (name) => STAR.test(middleOf(name) ?? '') }
  }
  const range = rangeOf(text, from, to)
  if (!fits(from) || !fits(to)) throw invalid(text, 'matches names of nodes')
  return { text, size: range.size, matches: (name) => range.has(middleOf(name) ?? '') }
}

interface NumberRange {
  readonly size: number
  /** One spelling for each number. */
  readonly has: (digits: string) => boolean
}

const rangeOf = (text: string, from: string, to: string): NumberRange => {
  const isPadded = [from, to].some((digits) => digits.length > 1 && digits.startsWith('0'))
  if (isPadded && from.length !== to.length) throw invalid(text, 'has numbers of one width')
  const [first, last] = [Number(from), Number(to)]
  if (first > last) throw invalid(text, 'counts upwards')
  const size = last - first + 1
  if (size > MAX_RANGE) throw invalid(text, `has at most ${MAX_RANGE} numbers`)
  const spell = (number: number): string =>
    isPadded ? String(number).padStart(from.length, '0') : String(number)
  const has = (digits: string): boolean => {
    const number = Number(digits)
    return /^\d{1,6}$/.test(digits) && number >= first && number <= last && spell(number) === digits
  }
  return { size, has }
}

const isNodeName = (text: string): boolean => {
  try {
    parseNodeName(text)
    return true
  } catch (error) {
    if (isEasycertsError(error)) return false
    throw error
  }
}

const invalid = (text: string, rule: string) =>
  new EasycertsError(
    'ERR_NAME_INVALID',
    `"${text.slice(0, 80).replace(/[^\x21-\x7e]/g, '?')}" is no pattern: one ${rule}`,
    { hint: 'write a node name with one gap: worker-*, or worker-{01..40}' },
  )
