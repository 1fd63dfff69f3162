/** What a text of JSON says. Numbers keep their digits; members keep their order and their doubles. */
export type GoJson =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly GoJson[] }
  | GoJsonObject

export interface GoJsonObject {
  readonly kind: 'object'
  readonly members: readonly { readonly key: string; readonly value: GoJson }[]
}

/** Its message is what Go's decoder would say. */
export class GoJsonError extends Error {
  override readonly name = 'GoJsonError'
}

/** As deep as Go's decoder goes is 10,000; nothing of cfssl is deeper than this. */
const MAX_DEPTH = 64

/** `encoding/json` of Go: strict JSON, and its words for a text that is none. GoJsonError. */
export const readGoJson = (text: string): GoJson => {
  const scanner = new Scanner(text)
  const value = readValue(scanner, 0)
  scanner.skipSpace()
  if (!scanner.atEnd) throw scanner.unexpected('after top-level value')
  return value
}

/** The object that a body must be. GoJsonError, in the words of the Go type that it would fill. */
export const readGoObject = (text: string, goType: string): GoJsonObject => {
  const value = readGoJson(text)
  if (value.kind === 'object') return value
  if (value.kind === 'null') return { kind: 'object', members: [] }
  const found = value.kind === 'boolean' ? 'bool' : value.kind
  throw new GoJsonError(`json: cannot unmarshal ${found} into Go value of type ${goType}`)
}

class Scanner {
  #at = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  skipSpace(): void {
    while (!this.atEnd && ' \t\r\n'.includes(this.peek())) this.#at++
  }

  peek(): string {
    return this.#text.charAt(this.#at)
  }

  take(): string {
    if (this.atEnd) throw new GoJsonError('unexpected end of JSON input')
    return this.#text.charAt(this.#at++)
  }

  /** The text that the pattern, sticky, matches here; undefined if it does not. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const [found] = pattern.exec(this.#text) ?? []
    if (found !== undefined) this.#at += found.length
    return found
  }

  /** One of the three words of JSON, whose first letter has been seen. */
  expectWord(word: string): void {
    this.take()
    for (const expected of word.slice(1)) {
      if (this.peek() !== expected)
        throw this.unexpected(`in literal ${word} (expecting '${expected}')`)
      this.take()
    }
  }

  unexpected(where: string): GoJsonError {
    if (this.atEnd) return new GoJsonError('unexpected end of JSON input')
    return new GoJsonError(`invalid character ${quote(this.peek())} ${where}`)
  }
}

const quote = (character: string): string => {
  if (character === "'") return `'\\''`
  if (character === '"') return `'"'`
  return `'${JSON.stringify(character).slice(1, -1)}'`
}

const readValue = (scanner: Scanner, depth: number): GoJson => {
  scanner.skipSpace()
  if (depth > MAX_DEPTH) throw new GoJsonError('exceeded max depth')
  switch (scanner.peek()) {
    case '{':
      return readObject(scanner, depth)
    case '[':
      return readArray(scanner, depth)
    case '"':
      return { kind: 'string', value: readString(scanner) }
    case 't':
      scanner.expectWord('true')
      return { kind: 'boolean', value: true }
    case 'f':
      scanner.expectWord('false')
      return { kind: 'boolean', value: false }
    case 'n':
      scanner.expectWord('null')
      return { kind: 'null' }
    default:
      return readNumber(scanner)
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

const readNumber = (scanner: Scanner): GoJson => {
  const text = scanner.match(NUMBER)
  if (text === undefined) throw scanner.unexpected('looking for beginning of value')
  return { kind: 'number', text }
}

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y

const readString = (scanner: Scanner): string => {
  const found = scanner.match(STRING)
  if (found !== undefined) return JSON.parse(found) as string
  scanner.take()
  for (;;) {
    const character = scanner.peek()
    if (scanner.atEnd) throw new GoJsonError('unexpected end of JSON input')
    if (character < ' ') throw scanner.unexpected('in string literal')
    scanner.take()
    if (character !== '\\') continue
    if (!/["\\/bfnrtu]/.test(scanner.peek())) throw scanner.unexpected('in string escape code')
    if (scanner.take() !== 'u') continue
    for (let digit = 0; digit < 4; digit++) {
      if (!/[0-9a-fA-F]/.test(scanner.peek()))
        throw scanner.unexpected('in \\u hexadecimal character escape')
      scanner.take()
    }
  }
}

const readArray = (scanner: Scanner, depth: number): GoJson => {
  scanner.take()
  const items: GoJson[] = []
  scanner.skipSpace()
  if (scanner.peek() === ']') {
    scanner.take()
    return { kind: 'array', items }
  }
  for (;;) {
    items.push(readValue(scanner, depth + 1))
    scanner.skipSpace()
    if (scanner.peek() === ']') break
    if (scanner.peek() !== ',') throw scanner.unexpected('after array element')
    scanner.take()
  }
  scanner.take()
  return { kind: 'array', items }
}

const readObject = (scanner: Scanner, depth: number): GoJsonObject => {
  scanner.take()
  const members: { key: string; value: GoJson }[] = []
  scanner.skipSpace()
  if (scanner.peek() === '}') {
    scanner.take()
    return { kind: 'object', members }
  }
  for (;;) {
    members.push(readMember(scanner, depth))
    scanner.skipSpace()
    if (scanner.peek() === '}') break
    if (scanner.peek() !== ',') throw scanner.unexpected('after object key:value pair')
    scanner.take()
  }
  scanner.take()
  return { kind: 'object', members }
}

const readMember = (scanner: Scanner, depth: number) => {
  scanner.skipSpace()
  if (scanner.peek() !== '"') throw scanner.unexpected('looking for beginning of object key string')
  const key = readString(scanner)
  scanner.skipSpace()
  if (scanner.peek() !== ':') throw scanner.unexpected('after object key')
  scanner.take()
  return { key, value: readValue(scanner, depth + 1) }
}
