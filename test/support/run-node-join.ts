import { randomBytes } from 'node:crypto'
import { runProgram } from '@easycerts/adapters/command-line'
import { createTerminal } from '@easycerts/adapters/terminal'
import { buildProgram } from '../../apps/node-join/src/cli.ts'
import type { CommandContext } from '../../apps/node-join/src/commands/command-context.ts'

export interface NodeJoinResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const inputOf = async function* (text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text))
}

/** A command of node-join by its real command line, without the half second of a new process. */
export const runNodeJoin = async (
  args: readonly string[],
  input = '',
  more: Partial<CommandContext> = {},
): Promise<NodeJoinResult> => {
  const written = { stdout: '', stderr: '' }
  const sink = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text
    },
  })
  const output = args.includes('json') ? 'json' : 'text'
  const terminal = createTerminal({
    program: 'node-join',
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    colour: false,
    output,
  })
  const program = buildProgram({
    terminal,
    clock: () => new Date(),
    randomOctets: randomBytes,
    uid: process.geteuid?.() ?? 0,
    hostName: 'test',
    ticketInput: inputOf(input),
    isTicketTyped: false,
    isWatched: false,
    isSilent: output === 'json',
    nodeProgram: process.execPath,
    signals: process,
    ...more,
  })
  const exitCode = await runProgram(program, ['node', 'node-join', ...args], terminal)
  return { exitCode, ...written }
}
