const COMMAND = /^ExecStart=(.*)$/m
/** systemd.syntax(7) */
const CONTINUED = /\\\n\s*/g

/**
 * The files that a unit's command needs: its program, and the script that an interpreter is to run.
 * None for a target or a slice.
 */
export const programsOfUnit = (unitText: string, interpreters: readonly string[]): string[] => {
  const words = (COMMAND.exec(unitText.replaceAll(CONTINUED, ' '))?.[1] ?? '')
    .split(/\s+/)
    .map(plainWord)
  const [program = '', script = ''] = words
  if (!program.startsWith('/')) return []
  return interpreters.includes(program) && script.startsWith('/') ? [program, script] : [program]
}

const plainWord = (word: string): string => word.replace(/^[-@:+!]*/, '').replaceAll(/["']/g, '')
