import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
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
import { publicationUnderStrace, someOf } from './support/publication-steps.ts'

const programs = mkdtempSync(join(tmpdir(), 'easycerts-crash-'))
afterAll(() => rmSync(programs, { recursive: true }))
const { publishUnder, publishUntil, stepsOf } = publicationUnderStrace(programs)

const isFull = process.env['SOAK'] === 'full'
const SEED = Number(process.env['SEED'] ?? 20261121)
/** Of each change of mode, in CI. */
const SAMPLE = 5

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

describeWith('strace', 'a kill between two system calls of a publication', () => {
  it.each(CHANGES)('from %s to %s leaves the old set or the new one', async (before, after) => {
    const random = seededRandom(SEED)
    const origin = await published(before)
    const steps = stepsOf(copyOf(origin), after)
    expect(steps.length).toBeGreaterThan(20)
    const outcomes = new Set<string>()
    for (const step of someOf(steps, { isFull, sample: SAMPLE, random })) {
      const folder = copyOf(origin)
      publishUntil(folder, after, step)
      const where = `${step.call} ${step.nth}, SEED=${SEED}`
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
