import { type CommandForm, flatten, type OptionForm, type ValueKind } from '../command-form.ts'

export interface Offer {
  readonly word: string
  readonly description: string
}

/** One place of a command line: where it is, and what may come there. */
export interface CompletionStep {
  /** The commands so far, each after a slash: `/node/list`; empty for the program itself. */
  readonly place: string
  readonly commands: readonly Offer[]
  /** Its own: those of the program may come everywhere. */
  readonly options: readonly OptionForm[]
  readonly argument: ValueKind
}

export interface CompletionTable {
  readonly program: string
  /** A name that every shell takes for a function. */
  readonly functionName: string
  readonly steps: readonly CompletionStep[]
  readonly everywhere: readonly OptionForm[]
  /** The places below the program itself. */
  readonly places: readonly string[]
  /** Each option that takes a value: the word after it is no command. */
  readonly optionsWithValue: readonly string[]
}

export const completionTable = (form: CommandForm): CompletionTable => {
  const [program = ''] = form.path
  const forms = flatten(form)
  const steps = forms.map((step) => ({
    place: step.path
      .slice(1)
      .map((word) => `/${word}`)
      .join(''),
    commands: step.commands.map(({ path, summary }) => ({
      word: path.at(-1) ?? '',
      description: summary,
    })),
    options: step === form ? [] : step.options,
    argument: step.argument,
  }))
  const withValue = forms.flatMap(({ options }) => options.filter(takesValue))
  return {
    program,
    functionName: `_${program.replaceAll('-', '_')}`,
    steps,
    everywhere: form.options,
    places: steps.slice(1).map(({ place }) => place),
    optionsWithValue: [...new Set(withValue.map(({ name }) => name))],
  }
}

/** Patterns of `case "$place $previous"`, in bash and zsh, and what is to come after each. */
export const valuePatterns = ({
  steps,
  everywhere,
}: CompletionTable): { readonly pattern: string; readonly value: ValueKind }[] => [
  ...steps.flatMap(({ place, options }) =>
    options
      .filter(takesValue)
      .map(({ name, value }) => ({ pattern: quoted(`${place} ${name}`), value })),
  ),
  ...everywhere
    .filter(takesValue)
    .map(({ name, value }) => ({ pattern: `*${quoted(` ${name}`)}`, value })),
]

const takesValue = ({ value }: OptionForm): boolean => value !== 'none'

/** In single quotes, as bash and zsh read them. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
