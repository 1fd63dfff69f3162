import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { bundleChild } from '../support/bundle-child.ts'
import { describeWith } from '../support/needed-tool.ts'
import {
  generationsIn,
  hiddenIn,
  type Mode,
  publishIn,
  recoverIn,
  tooOpenIn,
} from '../support/publish-modes.ts'
import { seededRandom } from '../support/random.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const programs = mkdtempSync(join(tmpdir(), 'easycerts-crash-'))
afterAll(() => rmSync(programs, { recursive: true }))
const child = bundleChild('publish-modes-child', programs)

/** Every call that changes names, octets, owners or modes, and the syncs between them. */
const CALLS = [
  ...['rename', 'symlink', 'link', 'mkdir', 'rmdir', 'unlink', 'unlinkat'],
  ...['fsync', 'fchmod', 'chmod', 'write', 'close'],
]
const isFull = process.env['SOAK'] === 'full'
const SEED = Number(process.env['SEED'] ?? 20261121)
/** Of each change of mode, in CI. */
const SAMPLE = 5

const publishUnder = (folder: string, mode: Mode, strace: readonly string[]) =>
  spawnSync('strace', [...strace, process.execPath, child, folder, mode, 'new'], {
    encoding: 'utf8',
    // One worker thread, because strace counts the calls of each thread for itself.
    env: { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '1' },
  })

interface Step {
  readonly call: string
  readonly nth: number
}

/** The calls of a publication, as one run of it makes them; those of the start of Node left out. */
const stepsOf = (folder: string, mode: Mode): Step[] => {
  const trace = join(folder, 'trace')
  const words = ['-f', '-y', '-qq', '-o', trace, '-e', `trace=${CALLS.join()}`]
  expect(publishUnder(folder, mode, words).status).toBe(0)
  const counts = new Map<string, number>()
  return readFileSync(trace, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, thread, call] = /^(\d+)\s+(\w+)\(/.exec(line) ?? []
      if (thread === undefined || call === undefined) return []
      const nth = (counts.get(thread + call) ?? 0) + 1
      counts.set(thread + call, nth)
      return line.includes(`${folder}/`) ? [{ call, nth }] : []
    })
}

const sampleOf = (steps: readonly Step[], random: () => number): Step[] =>
  isFull
    ? [...steps]
    : Array.from({ length: SAMPLE }, () => steps[Math.floor(random() * steps.length)]).filter(
        (step) => step !== undefined,
      )

const published = async (mode: Mode): Promise<string> => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'pki'))
  await publishIn(folder, mode, 'old')
  return folder
}

const copyOf = (folder: string): string => {
  const copy = temporaryFolder()
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

const CHANGES: readonly (readonly [Mode, Mode])[] = [
  ['files', 'files'],
  ['link', 'link'],
  ['files', 'link'],
  ['link', 'files'],
]

describeWith('strace', 'a power switch between two system calls of a publication', () => {
  it.each(CHANGES)('from %s to %s leaves the old set or the new one', async (before, after) => {
    const random = seededRandom(SEED)
    const origin = await published(before)
    const steps = stepsOf(copyOf(origin), after)
    expect(steps.length).toBeGreaterThan(20)
    const outcomes = new Set<string>()
    for (const { call, nth } of sampleOf(steps, random)) {
      const folder = copyOf(origin)
      const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${nth}`]
      publishUnder(folder, after, ['-f', '-qq', '-o', '/dev/null', ...inject])
      const where = `${call} ${nth}, SEED=${SEED}`
      expect(tooOpenIn(folder), where).toEqual([])
      const found = generationsIn(folder)
      expect(found, where).not.toContain('missing')
      // A reader of a link needs no recovery.
      if (after === 'link') expect(found, where).toHaveLength(1)
      await recoverIn(folder)
      const recovered = generationsIn(folder)
      expect([['old'], ['new']], where).toContainEqual(recovered)
      outcomes.add(recovered.join())
      await publishIn(folder, after, 'new')
      await recoverIn(folder)
      expect(generationsIn(folder), where).toEqual(['new'])
      expect(hiddenIn(folder), where).toHaveLength(after === 'link' ? 2 : 0)
      rmSync(folder, { recursive: true })
    }
    if (isFull) expect([...outcomes].toSorted()).toEqual(['new', 'old'])
  })
})

describeWith('strace', 'a disk that fails during a publication by a link', () => {
  it.each(['symlink', 'fsync', 'rename', 'mkdir'])(
    'at any %s is reported, and leaves the old set or the new one',
    async (call) => {
      const origin = await published('link')
      let failed = 0
      for (let turn = 1; turn <= 30; turn += isFull ? 1 : 4) {
        const folder = copyOf(origin)
        const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:error=EIO:when=${turn}`]
        const words = ['-f', '-qq', '-o', '/dev/null', ...inject]
        const { stdout, status } = publishUnder(folder, 'link', words)
        if (status === 0) break
        failed++
        expect(stdout).toBe('ERR_FILE_NOT_WRITABLE')
        expect([['old'], ['new']]).toContainEqual(generationsIn(folder))
        rmSync(folder, { recursive: true })
      }
      expect(failed).toBeGreaterThanOrEqual(1)
    },
  )
})
