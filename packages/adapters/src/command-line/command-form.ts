import type { Command, Option } from 'commander'

/** What stands behind an option or an argument; where it is words, only these are meant. */
export type ValueKind = 'none' | 'text' | 'file' | 'directory' | readonly string[]

export interface OptionForm {
  /** With its dashes: `--output`. */
  readonly name: string
  /** As help shows it: `-V, --version`, `--output <format>`. */
  readonly flags: string
  readonly description: string
  readonly value: ValueKind
  /** As help words it; undefined where there is none worth saying. */
  readonly fallback: string | undefined
}

/** A command line as a value: what help, completion and the manual page all tell. */
export interface CommandForm {
  /** From the program on: `['ca-server', 'node', 'list']`. */
  readonly path: readonly string[]
  readonly summary: string
  /** `[options] <certificate>` */
  readonly usage: string
  readonly argument: ValueKind
  readonly options: readonly OptionForm[]
  readonly commands: readonly CommandForm[]
  /** Examples and notes below the help of the command. */
  readonly notes: string
}

/** Reads a command and all below it; what is hidden from help is left out. */
export const commandForm = (command: Command, above: readonly string[] = []): CommandForm => {
  const help = command.createHelp()
  const path = [...above, command.name()]
  const argument = command.registeredArguments[0]
  return {
    path,
    summary: command.description(),
    usage: command.usage(),
    argument: argument ? kindOf(argument.name(), argument.argChoices) : 'none',
    options: help
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help')
      .map(optionForm),
    commands: help
      .visibleCommands(command)
      .filter((child) => child.name() !== 'help')
      .map((child) => commandForm(child, path)),
    notes: notesOf(command),
  }
}

/** A form and all below it, the program first. */
export const flatten = (form: CommandForm): CommandForm[] => [
  form,
  ...form.commands.flatMap((child) => flatten(child)),
]

const optionForm = (option: Option): OptionForm => ({
  name: option.long ?? option.flags,
  flags: option.flags,
  description: option.description,
  value:
    option.required || option.optional
      ? kindOf(/[<[]([^>\]]*)/.exec(option.flags)?.[1] ?? '', option.argChoices)
      : 'none',
  fallback: typeof option.defaultValue === 'string' ? option.defaultValue : undefined,
})

const KIND_OF_PLACEHOLDER: Readonly<Record<string, ValueKind>> = {
  file: 'file',
  dir: 'directory',
}

const kindOf = (placeholder: string, choices: readonly string[] | undefined): ValueKind =>
  choices ?? KIND_OF_PLACEHOLDER[placeholder] ?? 'text'

/** What commander says after the help itself, which it gives to nobody but its writer. */
const notesOf = (command: Command): string => {
  const output = command.configureOutput()
  let text = ''
  command.configureOutput({ writeOut: (part) => (text += part) })
  command.outputHelp()
  command.configureOutput(output)
  return text.slice(command.helpInformation().length).trim()
}
