import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generationsIn, type Mode, publishIn, recoverIn } from '../support/publish-modes.ts'
import { seededRandom } from '../support/random.ts'
import { canMountLoop, type LoopDisk, makeLoopDisk } from './support/loop-disk.ts'
import { publicationUnderStrace, someOf } from './support/publication-steps.ts'

const isFull = process.env['SOAK'] === 'full'
const SEED = Number(process.env['SEED'] ?? 20261121)
/** Of each change of mode, in CI. */
const SAMPLE = 2

const CHANGES: readonly (readonly [Mode, Mode])[] = [
  ['files', 'files'],
  ['link', 'link'],
  ['files', 'link'],
  ['link', 'files'],
]

describe.skipIf(!canMountLoop())('a power cut during a publication on ext4', () => {
  const programs = mkdtempSync(join(tmpdir(), 'easycerts-crash-'))
  const { publishUnder, publishUntil, stepsOf } = publicationUnderStrace(programs)
  let disk: LoopDisk
  beforeAll(() => {
    disk = makeLoopDisk(16)
  })
  afterAll(() => {
    disk.remove()
    rmSync(programs, { recursive: true })
  })

  /** Old files in a folder of the disk, which nothing takes away any more. */
  const begin = async (mode: Mode): Promise<string> => {
    const folder = join(disk.path, 'node')
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(join(folder, 'pki'), { recursive: true })
    await publishIn(folder, mode, 'old')
    spawnSync('sync', ['--file-system', disk.path])
    return folder
  }

  it.each(CHANGES)('from %s to %s leaves the old set or the new one', async (before, after) => {
    const random = seededRandom(SEED)
    const steps = stepsOf(await begin(before), after)
    const outcomes = new Set<string>()
    for (const step of someOf(steps, { isFull, sample: SAMPLE, random })) {
      const folder = await begin(before)
      publishUntil(folder, after, step)
      disk.cut()
      disk.restore()
      await recoverIn(folder)
      const found = generationsIn(folder)
      expect([['old'], ['new']], `${step.call} ${step.nth}, SEED=${SEED}`).toContainEqual(found)
      outcomes.add(found.join())
    }
    if (isFull) expect([...outcomes].toSorted()).toEqual(['new', 'old'])
  })

  it.each(CHANGES)('from %s to %s takes nothing back that was reported', async (before, after) => {
    const folder = await begin(before)
    expect(publishUnder(folder, after, ['-f', '-qq', '-o', '/dev/null']).status).toBe(0)
    disk.cut()
    disk.restore()
    expect(generationsIn(folder)).toEqual(['new'])
  })
})
