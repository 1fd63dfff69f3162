import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { publishFiles, recoverPublications } from '@easycerts/adapters/files'
import { bundleChild } from '../support/bundle-child.ts'
import { describeWith } from '../support/needed-tool.ts'
import { directoriesOf, generationOf } from '../support/publish-generation.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const programs = mkdtempSync(join(tmpdir(), 'easycerts-crash-'))
afterAll(() => rmSync(programs, { recursive: true }))
const child = bundleChild('publish-child', programs)

/** A call that is never made ends a round; more than this is a loop. */
const MOST_CALLS = 60
const OLD = ['bundle old', 'key old', 'leaf old']
const NEW = ['bundle new', 'key new', 'leaf new']

/** One worker thread, because strace counts the calls of each thread for itself. */
const publishUnder = (folder: string, call: string, inject: string) =>
  spawnSync(
    'strace',
    [
      ...['-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${call}:${inject}`],
      ...[process.execPath, child, folder, 'new'],
    ],
    { encoding: 'utf8', env: { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '1' } },
  )

const oldGeneration = async (): Promise<string> => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'pki/ca'), { recursive: true })
  await publishFiles(generationOf(folder, 'old'))
  return folder
}

const contents = (folder: string): string[] =>
  generationOf(folder, '').files.map(({ path }) => readFileSync(path, 'utf8').trim())

const recoveredContents = async (folder: string): Promise<string[]> => {
  const recovery = await recoverPublications(join(folder, 'journal'), directoriesOf(folder))
  expect(recovery.broken).toEqual([])
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  const files = ['pki/apiserver.crt', 'pki/apiserver.key', 'pki/ca', 'pki/ca/client-ca.crt']
  expect(names).toEqual(['journal', 'pki', ...files])
  const modes = generationOf(folder, '').files.map(({ path }) => statSync(path).mode & 0o777)
  expect(modes).toEqual([0o644, 0o600, 0o644])
  return contents(folder)
}

/** Temporary files are never more open than their targets, and never hold a key that others can read. */
const expectNoOpenKey = (folder: string): void => {
  for (const name of readdirSync(join(folder, 'pki')).filter((file) => file.includes('.key')))
    expect(statSync(join(folder, 'pki', name)).mode & 0o077).toBe(0)
}

describeWith('strace', 'a power switch', () => {
  // fchmod is the first call after the creation of a temporary file, fsync the last of each step.
  it.each(['rename', 'fsync', 'fchmod', 'unlink'])(
    'at any %s leaves the set wholly old or wholly new',
    async (call) => {
      const outcomes = new Set<string>()
      let killed = 0
      for (let turn = 1; turn <= MOST_CALLS; turn++) {
        const folder = await oldGeneration()
        const { signal, status } = publishUnder(folder, call, `signal=KILL:when=${turn}`)
        if (signal === null && status === 0) break
        killed++
        expectNoOpenKey(folder)
        const after = await recoveredContents(folder)
        expect([OLD, NEW]).toContainEqual(after)
        outcomes.add(after.join())
        await publishFiles(generationOf(folder, 'new'))
        expect(contents(folder)).toEqual(NEW)
      }
      // Each of 3 files and the journal is staged once; only the removal of the journal is one call.
      expect(killed).toBeGreaterThanOrEqual(call === 'unlink' ? 1 : 4)
      expect(killed).toBeLessThan(MOST_CALLS)
      if (call === 'rename' || call === 'fsync') expect(outcomes.size).toBe(2)
    },
  )
})

describeWith('strace', 'a disk that fails', () => {
  it.each(['rename', 'fsync', 'fchmod', 'unlink'])(
    'at any %s is reported, and leaves the set wholly old or wholly new',
    async (call) => {
      let failed = 0
      for (let turn = 1; turn <= MOST_CALLS; turn++) {
        const folder = await oldGeneration()
        const { stdout, status } = publishUnder(folder, call, `error=EIO:when=${turn}`)
        if (status === 0) break
        failed++
        expect(stdout).toBe('ERR_FILE_NOT_WRITABLE')
        expect([OLD, NEW]).toContainEqual(await recoveredContents(folder))
      }
      expect(failed).toBeGreaterThanOrEqual(1)
      expect(failed).toBeLessThan(MOST_CALLS)
    },
  )
})
