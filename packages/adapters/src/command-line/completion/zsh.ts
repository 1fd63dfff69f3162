import type { OptionForm, ValueKind } from '../command-form.ts'
import {
  type CompletionStep,
  type CompletionTable,
  type Offer,
  quoted,
  valuePatterns,
} from './completion-table.ts'

/** For zsh 5: in a directory of $fpath as _PROGRAM, or read by `source`. */
export const zshCompletion = (table: CompletionTable): string => {
  const { program, functionName, steps, everywhere, places, optionsWithValue } = table
  const common = [...everywhere.map(offerOfOption), { word: '--help', description: 'show help' }]
  return `#compdef ${program}
# zsh completion of ${program}; for this shell: source <(${program} completion zsh)
${functionName}() {
  local place= word previous=\${words[CURRENT-1]}
  local -a offers=()
  integer at=2
  if [[ $PREFIX == --*=* ]]; then
    previous=\${PREFIX%%=*}
    compset -P '*='
  fi
  while ((at < CURRENT)); do
    word=\${words[at]}
    case $word in
      (${optionsWithValue.join('|')}) ((at += 1)) ;;
      (*) [[ ${quoted(` ${places.join(' ')} `)} == *" $place/$word "* ]] && place+=/$word ;;
    esac
    ((at += 1))
  done
  case "$place $previous" in
${valuePatterns(table)
  .map(({ pattern, value }) => `    (${pattern}) ${wanted(value)}; return ;;`)
  .join('\n')}
  esac
  case $place in
${steps.map((step) => `    (${quoted(step.place)}) ${offersOf(step)} ;;`).join('\n')}
  esac
  offers+=(${described(common)})
  _describe ${quoted(program)} offers
}
if [[ $funcstack[1] == ${functionName} ]]; then
  ${functionName} "$@"
else
  compdef ${functionName} ${program}
fi
`
}

const offerOfOption = ({ name, description }: OptionForm): Offer => ({ word: name, description })

const offersOf = ({ commands, options, argument }: CompletionStep): string => {
  const choices =
    typeof argument === 'string' ? [] : argument.map((word) => ({ word, description: '' }))
  const offers = `offers=(${described([...commands, ...choices, ...options.map(offerOfOption)])})`
  return argument === 'file' ? `${offers}; _files` : offers
}

const described = (offers: readonly Offer[]): string =>
  offers
    .map(({ word, description }) =>
      quoted(`${word.replaceAll(':', String.raw`\:`)}${description && `:${description}`}`),
    )
    .join(' ')

const wanted = (value: ValueKind): string => {
  if (typeof value !== 'string') return `compadd -- ${value.map(quoted).join(' ')}`
  return { file: '_files', directory: '_files -/', text: ':', none: ':' }[value]
}
