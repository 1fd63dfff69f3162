import { EasycertsError } from '@easycerts/shared/errors'
import { quoteArgument, quoteWord } from './quote-word.ts'
import type { CommandLine, Directive, Section, Unit } from './unit.ts'

/** The file's text. Lines of `header` become comments at its top. */
export const serializeUnit = (unit: Unit, header: readonly string[] = []): string => {
  const comment = header.map((line) => `# ${line}\n`).join('')
  return [comment, ...unit.sections.map(serializeSection)].filter((part) => part !== '').join('\n')
}

const serializeSection = ({ name, directives }: Section): string =>
  `[${name}]\n${directives.map((directive) => `${serializeDirective(directive)}\n`).join('')}`

const serializeDirective = ([name, value]: Directive): string =>
  `${name}=${typeof value === 'string' ? checkLine(name, value) : serializeCommand(value)}`

/** A backslash at the end would swallow the next directive; a control character would add one. */
const checkLine = (name: string, value: string): string => {
  if (/[\u0000-\u001f\u007f]|\\$/.test(value))
    throw new EasycertsError('ERR_USAGE', `the value of ${name} does not fit on one line`)
  return value
}

const argument = (word: CommandLine['arguments'][number]): string =>
  typeof word === 'string' ? quoteArgument(word) : quoteWord(word.expanded)

// string_is_safe() in systemd's src/basic/string-util.c: refused in the path of a program.
const UNSAFE_IN_PROGRAM = /["'\\]/

const serializeCommand = ({ program, arguments: words }: CommandLine): string => {
  if (!program.startsWith('/') || UNSAFE_IN_PROGRAM.test(program))
    throw new EasycertsError('ERR_USAGE', 'the program of a unit is not a plain absolute path')
  return [quoteWord(program), ...words.map(argument)].join(' \\\n  ')
}
