import { runProgram } from '@easycerts/adapters/command-line'
import { createTerminal } from '@easycerts/adapters/terminal'
import { buildProgram } from '../../apps/ca-server/src/cli/build-program.ts'
import type { CommandContext } from '../../apps/ca-server/src/commands/command-context.ts'
import { testContext } from './test-authority.ts'

export interface InProcessResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly code: string | undefined
}

/** A command of ca-server by its real command line, without the half second of a new process. */
export const runInProcess = async (
  args: readonly string[],
  more: Partial<CommandContext> = {},
): Promise<InProcessResult> => {
  const written = { stdout: '', stderr: '' }
  const sink = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text
    },
  })
  const terminal = createTerminal({
    program: 'ca-server',
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    colour: false,
    output: 'json',
  })
  const program = buildProgram(testContext(() => new Date(), { terminal, ...more }))
  const exitCode = await runProgram(program, ['node', 'ca-server', ...args], terminal)
  // A command may have said more on standard error than how it failed.
  const code = /^ {2}"code": "(ERR_[A-Z0-9_]+)",$/m.exec(written.stderr)?.[1]
  return { exitCode, ...written, code }
}
