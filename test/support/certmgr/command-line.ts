import { EventEmitter } from 'node:events'
import { geteuid, pid } from 'node:process'
import { runProgram } from '@easycerts/adapters/command-line'
import { createTerminal } from '@easycerts/adapters/terminal'
import { buildProgram } from '../../../apps/certmgr/src/cli.ts'

/** The command line of certmgr in this process, with everything that it says outside. */
export const commandLine = (clock: () => Date, environment: NodeJS.ProcessEnv = {}) => {
  const signals = new EventEmitter()
  const said = { stdout: '', stderr: '' }
  const exits: number[] = []
  const run = async (...words: string[]): Promise<number> => {
    let code = 0
    said.stdout = said.stderr = ''
    const terminal = createTerminal({
      program: 'certmgr',
      stdout: { write: (text) => (said.stdout += text) },
      stderr: { write: (text) => (said.stderr += text) },
      colour: false,
      output: words.includes('json') ? 'json' : 'text',
    })
    const context = {
      ...{ terminal, clock, pid, signals, environment },
      uid: geteuid?.() ?? 0,
      logSink: { write: (text: string) => (said.stderr += text) },
      onSignal: (signal: string, listener: () => void) => signals.on(signal, listener),
      sendSignal: (_: number, signal: string) => signals.emit(signal),
      exit: (exitCode: number) => exits.push(exitCode),
      notifySocket: undefined,
      watchdogMicroseconds: undefined,
    }
    const program = buildProgram(context, (exitCode) => (code = exitCode))
    const failure = await runProgram(program, ['node', 'certmgr', ...words], terminal)
    return failure === 0 ? code : failure
  }
  return { run, said, signals, exits }
}
