import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Answer, CA_SERVER_BIN, callSocket } from '../../support/ca-server-process.ts'

/** A ca-server in a process group of its own, perhaps below strace, that may die at any step. */
export interface StepServer {
  /** Resolves once it answers, or is gone. */
  readonly ready: Promise<void>
  readonly isGone: () => boolean
  readonly gone: Promise<void>
  /** SIGKILL for all of the group. */
  readonly kill: () => Promise<void>
  /** From now on it does nothing more, but its files stay open. */
  readonly freeze: () => void
  readonly operator: (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Answer>
  readonly log: () => string
}

const POLL = 20
const groups = new Set<number>()
process.once('exit', () => {
  for (const group of groups) signalGroup(group, 'SIGKILL')
})

const signalGroup = (group: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-group, signal)
  } catch {
    // It has ended by itself.
  }
}

export const serveUnder = (directory: string, wrapper: readonly string[] = []): StepServer => {
  const words = [...wrapper, process.execPath, CA_SERVER_BIN]
  const args = ['--output', 'json', '--data-directory', directory, 'serve', '--log-level', 'warn']
  const [program = '', ...rest] = [...words, ...args]
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], UV_THREADPOOL_SIZE: '1' }
  const child: ChildProcess = spawn(program, rest, { env, detached: true, stdio: 'pipe' })
  const group = child.pid ?? 0
  groups.add(group)
  const chunks: Buffer[] = []
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stdout?.resume()
  child.stdin?.on('error', () => undefined).end()
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null
  const gone = once(child, 'close').then(() => void groups.delete(group))
  const operator: StepServer['operator'] = (method, path, body) =>
    callSocket(join(directory, 'operator.sock'), method, path, body)
  const becomeReady = async (): Promise<void> => {
    while (!isGone()) {
      const answer = await operator('GET', '/v1/health').catch(() => undefined)
      if (answer?.status === 200) return
      await wait(POLL)
    }
  }
  return {
    ready: becomeReady(),
    isGone,
    gone,
    kill: async () => {
      signalGroup(group, 'SIGKILL')
      await gone
    },
    freeze: () => signalGroup(group, 'SIGSTOP'),
    operator,
    log: () => Buffer.concat(chunks).toString('utf8'),
  }
}
