import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const REPOSITORY = join(import.meta.dirname, '..', '..', '..')

export interface ProgramResult {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export type App = 'ca-server' | 'certmgr' | 'node-join'

/** Starts an app as its user would, perhaps by another program. */
export const startProgram = (
  app: App,
  args: readonly string[],
  wrapper: readonly string[] = [],
): ChildProcess => {
  const script = join(REPOSITORY, 'apps', app, 'bin', `${app}.js`)
  const [program = '', ...rest] = [...wrapper, process.execPath, script, ...args]
  return spawn(program, rest, { stdio: 'pipe' })
}

/** How it ends; its standard input stays open unless there is something to say on it. */
export const resultOf = (child: ChildProcess, input?: string): Promise<ProgramResult> =>
  new Promise((resolve, reject) => {
    let [stdout, stderr] = ['', '']
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('error', reject)
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }))
    child.stdin?.on('error', () => undefined)
    if (input !== undefined) child.stdin?.end(input)
  })

/** Runs an app to its end, with this on standard input. */
export const runProgram = (
  app: App,
  args: readonly string[],
  input = '',
  wrapper: readonly string[] = [],
): Promise<ProgramResult> => resultOf(startProgram(app, args, wrapper), input)
