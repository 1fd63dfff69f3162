import type { ChildProcess } from 'node:child_process'
import { kill } from 'node:process'

/** Time between the request and the order to end, in milliseconds. */
const PATIENCE = 2_000

/** Ends a detached child and all that it started: SIGTERM, and SIGKILL for whoever is left. */
export const stopGroup = (child: ChildProcess): void => {
  const { pid } = child
  if (pid === undefined || hasEnded(child)) return
  signalGroup(pid, 'SIGTERM')
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), PATIENCE)
  // Once its leader is gone the number of the group is free to be used again, so not later.
  child.once('exit', () => {
    clearTimeout(timer)
    signalGroup(pid, 'SIGKILL')
  })
}

/** Its output may still be open, held by a daemon that it left behind. */
export const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null

const signalGroup = (leader: number, signal: NodeJS.Signals): void => {
  try {
    kill(-leader, signal)
  } catch {
    // Nobody is left.
  }
}
