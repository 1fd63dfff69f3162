import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runProcess } from '@easycerts/adapters/process'
import { EasycertsError } from '@easycerts/shared/errors'
import { minutes, seconds } from '@easycerts/shared/time'

export type ProgramName = 'ca-server' | 'certmgr' | 'node-join'

/** A program of this repository as an argument vector. */
export const programArgv = (node: string, name: ProgramName): string[] => [
  node,
  fileURLToPath(new URL(`../../${name}/bin/${name}.js`, import.meta.url)),
]

/** Runs a program to its end; its own words are the message if it fails. */
export const runProgram = async (argv: readonly string[], input?: string): Promise<string> => {
  const result = await runProcess(argv, {
    timeout: minutes(2),
    ...(input === undefined ? {} : { input }),
  })
  if (result.exitCode !== 0)
    throw new EasycertsError(
      'ERR_ACTION_FAILED',
      `a program of the demonstration failed: ${lastLines(result.stderr)}`,
    )
  return result.stdout
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-3).join(' / ')

/** A program that runs until `stop`; its log goes to a file. */
export interface Daemon {
  readonly hasEnded: () => boolean
  readonly stop: () => Promise<void>
}

const STOP_TIMEOUT = seconds(20)

export const startDaemon = (argv: readonly string[], logFile: string): Daemon => {
  const [program = '', ...args] = argv
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const log = createWriteStream(logFile, { mode: 0o600 })
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  return { hasEnded, stop: () => (hasEnded() ? Promise.resolve() : stopChild(child)) }
}

const stopChild = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT)
    child.once('exit', () => {
      clearTimeout(force)
      resolve()
    })
    child.kill('SIGTERM')
  })
