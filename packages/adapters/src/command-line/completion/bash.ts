import type { ValueKind } from '../command-form.ts'
import {
  type CompletionStep,
  type CompletionTable,
  quoted,
  valuePatterns,
} from './completion-table.ts'

/** For bash 4 and later, with or without the package bash-completion. */
export const bashCompletion = (table: CompletionTable): string => {
  const { program, functionName, steps, everywhere, places, optionsWithValue } = table
  const common = ['', ...everywhere.map(({ name }) => name), '--help'].join(' ')
  return `# bash completion of ${program}; for this shell: source <(${program} completion bash)
${functionName}() {
  local place= word words= kind=words
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local -i at=1
  # bash makes three words of --output=json.
  [[ $current == = ]] && current=
  [[ $previous == = ]] && previous=\${COMP_WORDS[COMP_CWORD-2]}
  while ((at < COMP_CWORD)); do
    word=\${COMP_WORDS[at]}
    case $word in
      ${optionsWithValue.join('|')})
        at+=1
        [[ \${COMP_WORDS[at]} == = ]] && at+=1
        ;;
      *) [[ ${quoted(` ${places.join(' ')} `)} == *" $place/$word "* ]] && place+=/$word ;;
    esac
    at+=1
  done
  case "$place $previous" in
${valuePatterns(table)
  .map(({ pattern, value }) => `    ${pattern}) ${wanted(value)} ;;`)
  .join('\n')}
    *)
      case $place in
${steps.map((step) => `        ${quoted(step.place)}) ${offers(step)} ;;`).join('\n')}
      esac
      words+=${quoted(common)}
      [[ $current == -* ]] && kind=words
      ;;
  esac
  COMPREPLY=()
  case $kind in
    words) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current") ;;
    file) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    directory) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
  esac
  [[ $kind == words ]] || compopt -o filenames 2>/dev/null
}
complete -F ${functionName} ${program}
`
}

const wanted = (value: ValueKind): string =>
  typeof value === 'string' ? `kind=${value}` : `words=${quoted(value.join(' '))}`

const offers = ({ commands, options, argument }: CompletionStep): string => {
  const words = [
    ...commands.map(({ word }) => word),
    ...(typeof argument === 'string' ? [] : argument),
    ...options.map(({ name }) => name),
  ]
  return `words=${quoted(words.join(' '))}${argument === 'file' ? ' kind=file' : ''}`
}
