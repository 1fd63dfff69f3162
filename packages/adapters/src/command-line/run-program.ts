import { EasycertsError } from '@easycerts/shared/errors'
import { type Command, CommanderError } from 'commander'
import type { Terminal } from '../terminal/index.ts'
import { ExitStatus } from './exit-status.ts'

/** Runs one command line to its end and gives its exit code; every failure is told with a hint. */
export const runProgram = async (
  program: Command,
  argv: readonly string[],
  terminal: Terminal,
): Promise<number> => {
  try {
    await program.parseAsync(argv)
    return 0
  } catch (error) {
    if (error instanceof ExitStatus) return error.exitCode
    if (!(error instanceof CommanderError)) return terminal.error(error)
    return error.exitCode === 0 ? 0 : terminal.error(usageError(error))
  }
}

const usageError = ({ code, message }: CommanderError): EasycertsError =>
  new EasycertsError(
    'ERR_USAGE',
    // Where a command runs by default, an unknown one looks like an argument too many to it.
    code === 'commander.excessArguments'
      ? 'there is no such command, or one word too many'
      : message.replace(/^error: /, ''),
  )
