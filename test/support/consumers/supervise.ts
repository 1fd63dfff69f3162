import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'

/** A program that is started again whenever it ends, as by a service manager. */
export interface Supervised {
  readonly starts: () => number
  readonly kill: (signal: NodeJS.Signals) => void
  readonly stop: () => Promise<void>
}

/** `pidFile` holds the number of the process that runs. */
export const supervise = (argv: readonly string[], pidFile: string): Supervised => {
  let [starts, isStopped] = [0, false]
  let child: ChildProcess
  const start = (): void => {
    const [program = '', ...rest] = argv
    child = spawn(program, rest, { stdio: 'ignore' })
    writeFileSync(pidFile, `${child.pid ?? 0}\n`)
    starts++
    child.once('exit', () => {
      if (!isStopped) setTimeout(start, PAUSE)
    })
  }
  start()
  return {
    starts: () => starts,
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      isStopped = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

// Against a loop that takes all of a core.
const PAUSE = 20
