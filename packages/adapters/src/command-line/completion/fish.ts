import type { OptionForm, ValueKind } from '../command-form.ts'
import type { CompletionStep, CompletionTable } from './completion-table.ts'

/** For fish 3: in ~/.config/fish/completions/PROGRAM.fish, or piped into `source`. */
export const fishCompletion = (table: CompletionTable): string => {
  const { program, functionName, steps, everywhere, places, optionsWithValue } = table
  const isAt = `_${functionName}_is_at`
  return `# fish completion of ${program}; for this shell: ${program} completion fish | source
function ${isAt}
  set -l place ''
  set -l skip ''
  for word in (commandline -opc)[2..]
    if test -n "$skip"
      set skip ''
      continue
    end
    switch $word
      case ${optionsWithValue.join(' ')}
        set skip yes
      case '*'
        if contains -- "$place/$word" ${places.join(' ')}
          set place "$place/$word"
        end
    end
  end
  test "$place" = "$argv[1]"
end
complete -c ${program} -f
${[
  ...everywhere.map((option) => `complete -c ${program} ${describeOption(option)}`),
  ...steps.flatMap((step) =>
    offersOf(step).map(
      (offer) => `complete -c ${program} -n ${quoted(`${isAt} '${step.place}'`)} ${offer}`,
    ),
  ),
].join('\n')}
`
}

const offersOf = ({ commands, options, argument }: CompletionStep): string[] => [
  ...commands.map(({ word, description }) => `-a ${word} -d ${quoted(description)}`),
  ...options.map(describeOption),
  ...(argument === 'file' ? ['-F'] : []),
  ...(typeof argument === 'string' ? [] : [`-a ${quoted(argument.join(' '))}`]),
]

const describeOption = ({ name, description, value }: OptionForm): string =>
  `-l ${name.slice('--'.length)}${wanted(value)} -d ${quoted(description)}`

const wanted = (value: ValueKind): string => {
  if (typeof value !== 'string') return ` -x -a ${quoted(value.join(' '))}`
  const file = ' -r -F'
  const directory = " -x -a '(__fish_complete_directories)'"
  return { file, directory, text: ' -x', none: '' }[value]
}

/** fish, unlike other shells, reads a backslash within single quotes. */
const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`
