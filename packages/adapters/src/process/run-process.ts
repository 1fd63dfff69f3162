import { type ChildProcess, spawn } from 'node:child_process'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import type { Duration } from '@easycerts/shared/time'
import { createOutputTail } from './output-tail.ts'
import { enforceLimits } from './process-limits.ts'

export interface RunOptions {
  /** At most 24 days. */
  readonly timeout: Duration
  /** The whole environment of the program; that of this process when left out. */
  readonly env?: NodeJS.ProcessEnv
  /** Standard input; empty when left out. */
  readonly input?: string | Uint8Array
  readonly signal?: AbortSignal
}

export interface ProcessResult {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** The last 64 KiB. */
  readonly stdout: string
  /** The same, of a program that does not write text. */
  readonly stdoutOctets: Buffer
  /** The last 64 KiB. */
  readonly stderr: string
}

const OUTPUT_LIMIT = 65_536
/** For what a daemon that the program left behind may still hold open. */
const DRAIN_TIME = 500

/**
 * Runs a program, never through a shell, in a process group of its own. A failing exit code is a
 * result, not an error. ERR_ACTION_FAILED when it cannot be started or `signal` aborts it,
 * ERR_ACTION_TIMEOUT when it takes too long; then the whole group is stopped. No error shows the
 * arguments: they may be secrets.
 */
export const runProcess = (argv: readonly string[], options: RunOptions): Promise<ProcessResult> =>
  new Promise((resolve, reject) => {
    const [program = '', ...args] = argv
    const { env } = options
    const child = spawnGroup(program, args, env)
    const stdout = createOutputTail(OUTPUT_LIMIT)
    const stderr = createOutputTail(OUTPUT_LIMIT)
    child.stdout?.on('data', stdout.append)
    child.stderr?.on('data', stderr.append)

    const limits = enforceLimits(program, child, options)
    child.once('error', (error) => {
      limits.release()
      reject(cannotRun(program, error))
    })
    child.once('exit', () => setTimeout(() => closeOutput(child), DRAIN_TIME).unref())
    child.once('close', (exitCode, signal) => {
      const failure = limits.release()
      if (failure) reject(failure)
      else
        resolve({
          exitCode,
          signal,
          stdout: stdout.text(),
          stdoutOctets: stdout.octets(),
          stderr: stderr.text(),
        })
    })
    giveInput(child, options.input ?? '')
  })

const spawnGroup = (
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv | undefined,
): ChildProcess => {
  try {
    return spawn(program, args, { detached: true, stdio: 'pipe', ...(env ? { env } : {}) })
  } catch (error) {
    throw cannotRun(program, error)
  }
}

const giveInput = (child: ChildProcess, input: string | Uint8Array): void => {
  // A program need not read what it is given.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)
}

const closeOutput = (child: ChildProcess): void => {
  child.stdout?.destroy()
  child.stderr?.destroy()
}

const cannotRun = (program: string, error: unknown): EasycertsError =>
  new EasycertsError('ERR_ACTION_FAILED', `cannot run "${program}": ${reasonOf(error)}`, {
    cause: error,
    hint: 'is it installed, in PATH and executable?',
  })
