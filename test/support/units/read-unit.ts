/**
 * systemd's reading of a unit, written from systemd.syntax(7) and systemd.service(5) and not
 * from our writer: what this and the writer disagree on is a bug in one of them.
 */
export interface ReadDirective {
  readonly section: string
  readonly name: string
  readonly value: string
}

/** Of ASCII's white space alone: systemd knows no other. */
const trim = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, '')

/** Comments go even between continuation lines; a continued line joins with a space. */
export const readUnit = (text: string): ReadDirective[] => {
  const directives: ReadDirective[] = []
  let section = ''
  let pending = ''
  for (const raw of text.split(/\r?\n|\r/)) {
    const line = raw.replace(/^[ \t]+/, '')
    if (/^[#;]/.test(line)) continue
    if (line.endsWith('\\')) {
      pending += `${line.slice(0, -1)} `
      continue
    }
    const whole = trim(pending + line)
    pending = ''
    if (whole === '') continue
    if (/^\[.*\]$/.test(whole)) section = whole.slice(1, -1)
    else {
      const equals = whole.indexOf('=')
      if (equals < 1) throw new Error(`not a directive: ${whole}`)
      const name = trim(whole.slice(0, equals))
      directives.push({ section, name, value: trim(whole.slice(equals + 1)) })
    }
  }
  return directives
}

const CONTROL: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
}

/** Words by quotes and C escapes, then specifiers, then (for arguments) variables. */
export const readCommand = (value: string): string[] =>
  splitWords(value).map((word, index) => {
    const literal = expandSpecifiers(word)
    return index === 0 ? literal : expandVariables(literal)
  })

const splitWords = (value: string): string[] => {
  const words: string[] = []
  let at = 0
  const unescape = (): string => {
    const hex = /^x([0-9a-fA-F]{2})/.exec(value.slice(at))
    const letter = value[at] ?? ''
    at += hex ? 3 : 1
    const character = hex ? String.fromCharCode(parseInt(hex[1]!, 16)) : CONTROL[letter]
    if (character === undefined) throw new Error(`unknown escape \\${letter}`)
    return character
  }
  while (at < value.length) {
    if (/[ \t]/.test(value[at]!)) {
      at++
      continue
    }
    if (/^;([ \t]|$)/.test(value.slice(at))) throw new Error('a second command')
    let word = ''
    let quote = ''
    while (at < value.length && (quote !== '' || !/[ \t]/.test(value[at]!))) {
      const character = value[at++]!
      if (character === '\\') word += unescape()
      else if (quote === '' && /["']/.test(character)) quote = character
      else if (character === quote) quote = ''
      else word += character
    }
    if (quote !== '') throw new Error('unbalanced quotes')
    words.push(word)
  }
  return words
}

const expandSpecifiers = (word: string): string =>
  word.replace(/%(.?)/gsu, (_, letter: string) => {
    if (letter !== '%') throw new Error(`specifier %${letter}`)
    return '%'
  })

const expandVariables = (word: string): string =>
  word.replace(/\$(.?)/gsu, (_, next: string) => {
    if (next !== '$') throw new Error(`variable at $${next}`)
    return '$'
  })

/** The words of a unit's ExecStart. */
export const execStart = (unit: string): string[] => {
  const line = readUnit(unit).find(({ name }) => name === 'ExecStart')
  if (line === undefined) throw new Error('no ExecStart')
  return readCommand(line.value)
}

/** The program of a unit's ExecStart, whose arguments may hold variables of systemd. */
export const programOf = (unit: string): string => {
  const line = readUnit(unit).find(({ name }) => name === 'ExecStart')
  if (line === undefined) throw new Error('no ExecStart')
  return splitWords(line.value)[0]!
}
