/** What `name_whitelist` says: part of a name matches. */
export interface NamePattern {
  readonly test: (name: string) => boolean
}

/** A name that is longer matches nothing (RFC 1035 §2.3.4 has 255; e-mail addresses and URIs rarely more). */
const MAX_NAME = 512
const MAX_PATTERN = 1024

/**
 * Go's expressions take linear time; those of JavaScript try one way after another. More ways than
 * this through a name are refused.
 */
const MAX_WAYS = 2_000_000

// What both languages read alike; `(?i)` at the front is a flag here.
const TOKEN =
  /\\[AzbBdDsSwW]|\\[ntrfv]|\\[^A-Za-z0-9]|\[\^?\]?(?:\\[dDwWntrfv]|\\[^A-Za-z0-9]|[^\]\\[])+\]|\(\?:|\((?!\?)|\)|\||(?:[*+?]|\{\d{1,4}(?:,\d{0,4})?\})\??|[^\\[\](){}|*+?]/suy

/** The expression, or why it cannot be one here. */
export const readNamePattern = (source: string): NamePattern | string => {
  if (source.length > MAX_PATTERN) return `is longer than ${MAX_PATTERN} characters`
  const [, isAnyCase, body = ''] = /^(\(\?i\))?(.*)$/s.exec(source) ?? []
  const tokens = tokensOf(body)
  if (tokens === undefined)
    return 'is not an expression that Go and JavaScript read alike: use literals, classes, (?:…), *, +, ?, {n,m}, ^ and $'
  if (waysThrough(tokens) > MAX_WAYS)
    return 'could take very long over a name: leave out a repetition, above all one of a group that repeats something'
  try {
    const expression = new RegExp(tokens.map(inJavaScript).join(''), isAnyCase ? 'iu' : 'u')
    return { test: (name) => name.length <= MAX_NAME && expression.test(name) }
  } catch {
    return 'is not a regular expression'
  }
}

const tokensOf = (body: string): string[] | undefined => {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < body.length) {
    const [token] = TOKEN.exec(body) ?? []
    if (token === undefined) return undefined
    tokens.push(token)
  }
  return tokens
}

const SYNTAX = /^\\[$^\\.*+?()[\]{}|/]$/

/** `.` of Go is every character but the line feed, and `\s` of Go is ASCII. */
const SPELLED: Readonly<Record<string, string>> = {
  '.': '[^\\n]',
  '\\A': '^',
  '\\z': '$',
  '\\s': '[\\t\\n\\f\\r ]',
  '\\S': '[^\\t\\n\\f\\r ]',
}

const inJavaScript = (token: string): string => {
  const spelled = Object.hasOwn(SPELLED, token) ? SPELLED[token] : undefined
  if (spelled !== undefined) return spelled
  if (/^\\[^A-Za-z0-9]$/.test(token) && !SYNTAX.test(token)) return token.slice(1)
  return token.startsWith('[') ? classInJavaScript(token) : token
}

const classInJavaScript = (token: string): string =>
  token.replace(/\\([^A-Za-z0-9])/g, (escape, character: string) =>
    SYNTAX.test(escape) || character === '-' ? escape : character,
  )

const ANCHORED = ['^', '\\A']

/** An upper bound of the ways in which an expression can fit to parts of a name. */
const waysThrough = (tokens: readonly string[]): number => {
  const reader = { tokens, at: 0 }
  const isAnchored = ANCHORED.includes(tokens[0] ?? '') && !tokens.includes('|')
  return waysOfAlternatives(reader) * (isAnchored ? 1 : MAX_NAME)
}

interface TokenReader {
  readonly tokens: readonly string[]
  at: number
}

const waysOfAlternatives = (reader: TokenReader): number => {
  let sum = 0
  let product = 1
  while (reader.at < reader.tokens.length) {
    const token = reader.tokens[reader.at++] ?? ''
    if (token === ')') break
    if (token === '|') {
      sum += product
      product = 1
      continue
    }
    const inside = token.startsWith('(') ? waysOfAlternatives(reader) : 1
    product *= waysOfRepetition(inside, token.startsWith('('), reader)
  }
  return sum + product
}

const waysOfRepetition = (inside: number, isGroup: boolean, reader: TokenReader): number => {
  const quantifier = reader.tokens[reader.at] ?? ''
  const range = rangeOf(quantifier)
  if (!range) return inside
  reader.at++
  const [least, most] = range
  // A group may fit to parts of any length, so that its copies cut a name in many ways.
  if (isGroup && inside > 1 && most > 1) return Infinity
  return (most - least + 1) * inside
}

const rangeOf = (token: string): readonly [number, number] | undefined => {
  if (/^\?\??$/.test(token)) return [0, 1]
  if (/^\*\??$/.test(token)) return [0, MAX_NAME]
  if (/^\+\??$/.test(token)) return [1, MAX_NAME]
  const [, least, comma, most] = /^\{(\d+)(,?)(\d*)\}\??$/.exec(token) ?? []
  if (least === undefined) return undefined
  if (comma === '') return [Number(least), Number(least)]
  return [Number(least), most === '' ? Math.max(MAX_NAME, Number(least)) : Number(most)]
}
