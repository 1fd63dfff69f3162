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

/** Starts an app as its user would. */
export const startProgram = (app: App, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [join(REPOSITORY, 'apps', app, 'bin', `${app}.js`), ...args], {
    stdio: 'pipe',
  })

export const resultOf = (child: ChildProcess): Promise<ProgramResult> =>
  new Promise((resolve, reject) => {
    let [stdout, stderr] = ['', '']
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('error', reject)
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }))
  })

/** Runs an app to its end, with this on standard input. */
export const runProgram = (
  app: App,
  args: readonly string[],
  input = '',
): Promise<ProgramResult> => {
  const child = startProgram(app, args)
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)
  return resultOf(child)
}
