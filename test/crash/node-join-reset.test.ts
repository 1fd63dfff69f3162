import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Secret } from '@easycerts/shared/encoding'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { formatTicket } from '@easycerts/shared/ticket'
import { makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { resultOf, startProgram } from '../support/e2e/run-program.ts'
import { filesOf } from '../support/file-tree.ts'
import { describeWith } from '../support/needed-tool.ts'
import { runNodeJoin } from '../support/run-node-join.ts'

/** Calls of a master's reset: the journal's renames, then the removals, then directories. */
const CALLS =
  process.env['SOAK'] === 'full'
    ? ([
        ['rename', Array.from({ length: 3 }, (_, index) => index + 1)],
        ['unlink', Array.from({ length: 75 }, (_, index) => index + 1)],
        ['rmdir', Array.from({ length: 12 }, (_, index) => index + 1)],
      ] as const)
    : ([
        ['rename', [1]],
        ['unlink', [12, 60]],
        ['rmdir', [8]],
      ] as const)

const folder = makeFolder()
const template = join(folder, 'template')
let kept: string[]
beforeAll(async () => {
  const ca = await startCaServer()
  const { stdout } = await ca.ca(['ticket', 'create', '--node', 'master-1', '--role', 'master'])
  mkdirSync(template)
  const { ticket } = JSON.parse(stdout) as { ticket: string }
  const { exitCode, stderr } = await runNodeJoin(['--root', template], ticket)
  await ca.dispose()
  expect(exitCode, stderr).toBe(0)
  const whole = newRoot()
  const reset = await runNodeJoin(['--root', whole, 'reset', '--yes'])
  expect(reset.exitCode, reset.stderr).toBe(0)
  kept = relativeFiles(whole)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** systemd-sysusers made the owners of keys, who stay. */
const ACCOUNTS = /^\/etc\/(\.pwd\.lock|(group|gshadow|passwd|shadow)-?)$/

let roots = 0
/** A node that has joined. */
const newRoot = (): string => {
  const root = join(folder, `root-${++roots}`)
  cpSync(template, root, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
  return root
}

const relativeFiles = (root: string): string[] =>
  filesOf(root)
    .map((path) => path.slice(root.length))
    .filter((path) => !ACCOUNTS.test(path))

const killedAt = (call: string, nth: number): readonly string[] => [
  ...['env', 'UV_THREADPOOL_SIZE=1', 'strace', '-f', '-qq', '-o', '/dev/null'],
  ...['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${nth}`],
]

describeWith('strace', 'node-join reset killed in front of a change', () => {
  it('keeps nothing of a whole run but what it names', () => {
    expect(kept).toEqual(['/etc/kubernetes/pki/sa.key', '/etc/kubernetes/pki/sa.pub'])
  })

  it.each(CALLS.flatMap(([call, nths]) => nths.map((nth) => [call, nth] as const)))(
    'finishes when it is run again: %s %i',
    async (call, nth) => {
      const root = newRoot()
      const args = ['--root', root, 'reset', '--yes']
      const killed = await resultOf(startProgram('node-join', args, killedAt(call, nth)), '')
      expect(killed.signal ?? killed.exitCode).toBe('SIGKILL')
      const again = await runNodeJoin(args)
      expect(again.exitCode, again.stderr).toBe(0)
      expect(relativeFiles(root)).toEqual(kept)
      rmSync(root, { recursive: true })
    },
  )

  it('lets nobody join before it is finished', async () => {
    const root = newRoot()
    const args = ['--root', root, 'reset', '--yes']
    await resultOf(startProgram('node-join', args, killedAt('unlink', 20)), '')
    const status = await runNodeJoin(['--root', root, 'status'])
    expect(status.stdout).toContain('a reset was cut short')
    const line = formatTicket({
      id: 'abcdefghjkmn',
      endpoints: ['https://127.0.0.1:1'],
      pins: ['ab'.repeat(32) as PublicKeyPin],
      seed: new Secret(randomBytes(32)),
    }).reveal()
    const refused = await runNodeJoin(['--root', root, '--output', 'json'], line)
    expect(refused).toMatchObject({ exitCode: 78, stdout: '' })
    expect(refused.stderr).toContain('ERR_RESET_UNFINISHED')
    expect((await runNodeJoin(args)).exitCode).toBe(0)
    expect(relativeFiles(root)).toEqual(kept)
  })
})
