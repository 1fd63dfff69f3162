import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleChild } from '../../support/bundle-child.ts'
import type { Mode } from '../../support/publish-modes.ts'

/** Every call that changes names, octets, owners or modes, and the syncs between them. */
const CALLS = [
  ...['rename', 'symlink', 'link', 'mkdir', 'rmdir', 'unlink', 'unlinkat'],
  ...['fsync', 'fchmod', 'chmod', 'write', 'close'],
]

export interface Step {
  readonly call: string
  /** Of its thread. */
  readonly nth: number
}

/** A publication in a process of its own, built into `programs`, under strace. */
export const publicationUnderStrace = (programs: string) => {
  const child = bundleChild('publish-modes-child', programs)
  const publishUnder = (folder: string, mode: Mode, strace: readonly string[]) =>
    spawnSync('strace', [...strace, process.execPath, child, folder, mode, 'new'], {
      encoding: 'utf8',
      // One worker thread, because strace counts the calls of each thread for itself.
      env: { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '1' },
    })
  return {
    publishUnder,
    /** Killed as it makes a call. */
    publishUntil: (folder: string, mode: Mode, { call, nth }: Step) => {
      const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${nth}`]
      return publishUnder(folder, mode, ['-f', '-qq', '-o', '/dev/null', ...inject])
    },
    /** The calls of a publication, as one run of it makes them; those of the start of Node left out. */
    stepsOf: (folder: string, mode: Mode): Step[] => {
      const trace = join(folder, 'trace')
      const words = ['-f', '-y', '-qq', '-o', trace, '-e', `trace=${CALLS.join()}`]
      const { status, stderr } = publishUnder(folder, mode, words)
      if (status !== 0) throw new Error(stderr)
      return stepsIn(readFileSync(trace, 'utf8'), folder)
    },
  }
}

const stepsIn = (trace: string, folder: string): Step[] => {
  const counts = new Map<string, number>()
  return trace.split('\n').flatMap((line) => {
    const [, thread, call] = /^(\d+)\s+(\w+)\(/.exec(line) ?? []
    if (thread === undefined || call === undefined) return []
    const nth = (counts.get(thread + call) ?? 0) + 1
    counts.set(thread + call, nth)
    return line.includes(`${folder}/`) ? [{ call, nth }] : []
  })
}

/** All of them where `isFull`, else so many by chance. */
export const someOf = (
  steps: readonly Step[],
  { isFull, sample, random }: { isFull: boolean; sample: number; random: () => number },
): Step[] =>
  isFull
    ? [...steps]
    : Array.from({ length: sample }, () => steps[Math.floor(random() * steps.length)]).filter(
        (step) => step !== undefined,
      )
