import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  CA_SERVER_BIN,
  type CaServerProcess,
  runCaServer,
  startCaServer,
} from '../support/ca-server-process.ts'
import { joinNode } from '../support/joiner.ts'
import { describeWith } from '../support/needed-tool.ts'

/** Where kills fall: the calls that change a disk, by their number in a run. */
const SAMPLE = {
  backup: { rename: [1, 2], fsync: [1, 3, 6, 7], link: [1], unlink: [1, 2], pwrite64: [9] },
  restore: { rename: [1], fsync: [1, 4, 7], mkdir: [2], unlink: [1], pwrite64: [5] },
} as const
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const ALL = {
  backup: { rename: [1, 2], fsync: upTo(8), link: [1], unlink: upTo(4), pwrite64: upTo(40) },
  restore: { rename: [1], fsync: upTo(9), mkdir: upTo(3), unlink: upTo(3), pwrite64: upTo(20) },
}
const KILLS: Record<'backup' | 'restore', Record<string, readonly number[]>> = process.env[
  'SOAK'
] === 'full'
  ? ALL
  : SAMPLE

const casesOf = (command: 'backup' | 'restore') =>
  Object.entries(KILLS[command]).flatMap(([call, numbers]) => numbers.map((nth) => ({ call, nth })))

let ca: CaServerProcess
let folder: string
let identity: string
let recipient: string
beforeAll(async () => {
  ca = await startCaServer()
  await joinNode(ca, 'worker-1')
  folder = dirname(ca.directory)
  identity = join(folder, 'backup-identity')
  const made = await runCaServer(['--output', 'json', 'backup', 'keygen', '--out', identity])
  recipient = (JSON.parse(made.stdout) as { recipient: string }).recipient
})
afterAll(() => ca.dispose())

let fallen = 0

/** Runs a command that is killed as it makes the n-th of its calls of a kind, if it gets there. */
const killAt = async (args: readonly string[], call: string, nth: number): Promise<void> => {
  const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${nth}`]
  const words = ['-f', '-qq', '-o', '/dev/null', ...inject, process.execPath, CA_SERVER_BIN]
  // strace counts for each thread, so there is one for files, beside SQLite's.
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' }
  const child = spawn('strace', [...words, ...args], { stdio: 'ignore', env })
  const [exitCode] = (await once(child, 'exit')) as [number | null]
  if (exitCode !== 0) fallen++
}

const verify = (file: string) =>
  runCaServer(['--output', 'json', 'backup', 'verify', file, '--identity', identity])

const backupArgs = (out: string) =>
  ['--data-directory', ca.directory, 'backup', '--out', out].concat('--recipient', recipient)

describeWith('strace', 'kill -9', () => {
  it.each(casesOf('backup'))(
    'at $call $nth of a backup leaves no half file, and the next clears up',
    async ({ call, nth }) => {
      const out = join(folder, 'backups', 'ca.backup.age')
      rmSync(dirname(out), { recursive: true, force: true })
      mkdirSync(dirname(out))
      await killAt(backupArgs(out), call, nth)
      if (existsSync(out)) expect(await verify(out)).toMatchObject({ exitCode: 0 })
      expect(await ca.ca(backupArgs(out).slice(2))).toMatchObject({ exitCode: 0 })
      expect(await verify(out)).toMatchObject({ exitCode: 0 })
      expect(readdirSync(dirname(out))).toEqual(['ca.backup.age'])
    },
  )

  it.each(casesOf('restore'))(
    'at $call $nth of a restore leaves all of a data directory or none',
    async ({ call, nth }) => {
      const file = join(folder, 'whole.backup.age')
      if (!existsSync(file))
        expect(await ca.ca(backupArgs(file).slice(2))).toMatchObject({ exitCode: 0 })
      const parent = join(folder, 'restored')
      rmSync(parent, { recursive: true, force: true })
      mkdirSync(parent)
      const directory = join(parent, 'ca')
      const args = ['--data-directory', directory, 'restore', file, '--identity', identity]
      await killAt(args, call, nth)
      if (!existsSync(directory))
        expect(await runCaServer(['--output', 'json', ...args])).toMatchObject({ exitCode: 0 })
      const config = join(directory, 'ca-server.yaml')
      expect(readFileSync(config).equals(readFileSync(join(ca.directory, 'ca-server.yaml')))).toBe(
        true,
      )
      const checked = await runCaServer([
        '--data-directory',
        directory,
        '--output',
        'json',
        'check-expiration',
      ])
      expect(checked).toMatchObject({ exitCode: 0, stderr: '' })
    },
  )

  it('fell where it was meant to, nearly always', () => {
    const meant = casesOf('backup').length + casesOf('restore').length
    expect(fallen).toBeGreaterThan(meant * 0.7)
  })
})
