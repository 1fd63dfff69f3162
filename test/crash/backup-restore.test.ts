import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CA_SERVER_BIN, type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { joinNode } from '../support/joiner.ts'
import { describeWith } from '../support/needed-tool.ts'
import { seededRandom } from '../support/random.ts'
import { runInProcess } from '../support/run-in-process.ts'

/** Where kills may fall: the calls that change a disk, by their number in a run. */
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const CALLS: Record<'backup' | 'restore', Record<string, readonly number[]>> = {
  backup: { rename: [1, 2], fsync: upTo(8), link: [1], unlink: upTo(4), pwrite64: upTo(40) },
  restore: { rename: [1], fsync: upTo(9), mkdir: upTo(3), unlink: upTo(3), pwrite64: upTo(20) },
}

/** All of them in full, else one of each kind, drawn by the seed. */
const isFull = process.env['SOAK'] === 'full'
const SEED = Number(process.env['SEED'] ?? 20261121)
const random = seededRandom(SEED)

const casesOf = (command: 'backup' | 'restore') =>
  Object.entries(CALLS[command]).flatMap(([call, all]) =>
    (isFull ? all : all.slice(Math.floor(random() * all.length)).slice(0, 1)).map((nth) => ({
      call,
      nth,
    })),
  )
const KILLS = { backup: casesOf('backup'), restore: casesOf('restore') }

let ca: CaServerProcess
let folder: string
let identity: string
let recipient: string
beforeAll(async () => {
  ca = await startCaServer()
  await joinNode(ca, 'worker-1')
  folder = dirname(ca.directory)
  identity = join(folder, 'backup-identity')
  const made = await runInProcess(['backup', 'keygen', '--out', identity])
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

const verify = (file: string) => runInProcess(['backup', 'verify', file, '--identity', identity])

const backupArgs = (out: string) =>
  ['--data-directory', ca.directory, 'backup', '--out', out].concat('--recipient', recipient)

describeWith('strace', `kill -9 (seed ${SEED})`, () => {
  it.each(KILLS.backup)(
    'at $call $nth of a backup leaves no half file, and the next clears up',
    async ({ call, nth }) => {
      const out = join(folder, 'backups', 'ca.backup.age')
      rmSync(dirname(out), { recursive: true, force: true })
      mkdirSync(dirname(out))
      await killAt(backupArgs(out), call, nth)
      if (existsSync(out)) expect(await verify(out)).toMatchObject({ exitCode: 0 })
      expect(await runInProcess(backupArgs(out))).toMatchObject({ exitCode: 0 })
      expect(await verify(out)).toMatchObject({ exitCode: 0 })
      expect(readdirSync(dirname(out))).toEqual(['ca.backup.age'])
    },
  )

  it.each(KILLS.restore)(
    'at $call $nth of a restore leaves all of a data directory or none',
    async ({ call, nth }) => {
      const file = join(folder, 'whole.backup.age')
      if (!existsSync(file))
        expect(await runInProcess(backupArgs(file))).toMatchObject({ exitCode: 0 })
      const parent = join(folder, 'restored')
      rmSync(parent, { recursive: true, force: true })
      mkdirSync(parent)
      const directory = join(parent, 'ca')
      const args = ['--data-directory', directory, 'restore', file, '--identity', identity]
      await killAt(args, call, nth)
      if (!existsSync(directory)) expect(await runInProcess(args)).toMatchObject({ exitCode: 0 })
      const config = join(directory, 'ca-server.yaml')
      expect(readFileSync(config).equals(readFileSync(join(ca.directory, 'ca-server.yaml')))).toBe(
        true,
      )
      const checked = await runInProcess(['--data-directory', directory, 'check-expiration'])
      expect(checked).toMatchObject({ exitCode: 0, code: undefined })
    },
  )

  it('fell where it was meant to, nearly always', () => {
    const meant = KILLS.backup.length + KILLS.restore.length
    expect(fallen).toBeGreaterThan(meant * 0.7)
  })
})
