import { type CommandForm, flatten, type OptionForm } from './command-form.ts'

/** A page for man(1) in section 8, written with the macros of man(7). */
export const manPage = (form: CommandForm, version: string): string => {
  const [program = ''] = form.path
  const commands = flatten(form).slice(1)
  return [
    `.TH ${roff(program.toUpperCase())} 8 "" "easycerts ${roff(version)}" "System administration"`,
    '.SH NAME',
    `${roff(program)} \\- ${roff(lowerFirst(form.summary))}`,
    '.SH SYNOPSIS',
    `.B ${roff(program)}`,
    roff(form.usage),
    '.SH OPTIONS',
    ...form.options.flatMap(optionLines),
    ...(commands.length === 0 ? [] : ['.SH COMMANDS']),
    ...commands.filter(isRun).flatMap(commandLines),
    ...notesSection(form.notes),
    '',
  ].join('\n')
}

/** A command that only holds others is told by these. */
const isRun = ({ commands }: CommandForm): boolean => commands.length === 0

const commandLines = ({ path, usage, summary, options, notes }: CommandForm): string[] => [
  `.SS ${roff([...path, usage].join(' '))}`,
  roff(summary),
  ...options.flatMap(optionLines),
  ...(notes === '' ? [] : ['.PP', ...verbatim(notes)]),
]

const optionLines = ({ flags, description, value, fallback }: OptionForm): string[] => [
  '.TP',
  `.B ${roff(flags)}`,
  roff(
    [
      description,
      ...(Array.isArray(value) ? [`(one of ${value.join(', ')})`] : []),
      ...(fallback === undefined ? [] : [`(default: ${fallback})`]),
    ].join(' '),
  ),
]

const notesSection = (notes: string): string[] =>
  notes === '' ? [] : ['.SH EXAMPLES AND NOTES', ...verbatim(notes)]

const verbatim = (text: string): string[] => ['.EX', ...text.split('\n').map(roff), '.EE']

/** Nothing of a text is a request or an escape; roff reads ASCII only (groff_char(7)). */
const roff = (text: string): string =>
  text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replace(/^([.'])/, String.raw`\&$1`)
    .replace(/[^\0-\x7f]/gu, (letter) => String.raw`\[u${codeOf(letter)}]`)

const codeOf = (letter: string): string =>
  (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
