import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeFolder } from '../support/ca-server-process.ts'
import { resultOf, startProgram } from '../support/e2e/run-program.ts'
import { describeWith } from '../support/needed-tool.ts'
import { seededRandom } from '../support/random.ts'
import { runNodeJoin } from '../support/run-node-join.ts'
import { describedYaml } from '../support/units/described-cluster.ts'
import { stateOfTree } from '../support/units/state-of-tree.ts'

const isFull = process.env['SOAK'] === 'full'
const SEED = Number(process.env['SEED'] ?? 20261121)
/** Of each command, in CI. */
const SAMPLE = 2

/** Calls that change names, octets or modes, and how many of each an installation of a worker makes. */
const CALLS = [
  ['rename', 20],
  ['fsync', 40],
  ['fchmod', 18],
  ['unlink', 20],
  ['rmdir', 12],
  ['mkdir', 16],
] as const

const folder = makeFolder()
const cluster = join(folder, 'cluster.yaml')
const template = join(folder, 'template')
const installed = join(folder, 'installed')

/** What our own record, lock and journal leave is not the machine's state. */
const stateOf = (root: string) => stateOfTree(root, ['var/lib/easycerts'])

const put = (path: string, content: string, mode: number): void => {
  mkdirSync(dirname(join(template, path)), { recursive: true })
  writeFileSync(join(template, path), content)
  chmodSync(join(template, path), mode)
}

const unitsOf = (root: string, ...args: string[]): string[] => [
  ...['units', '--root', root, '--cluster', cluster, '--node', 'worker-1', ...args],
]

let [before, after] = [{}, {}] as [Record<string, string>, Record<string, string>]
beforeAll(async () => {
  writeFileSync(cluster, describedYaml())
  put('etc/systemd/system/kubelet.service', '[Install]\nWantedBy=basic.target\n', 0o600)
  put('var/lib/kubelet/config.yaml', 'kind: Mine\n', 0o640)
  mkdirSync(join(template, 'var/lib/easycerts'))
  mkdirSync(join(template, 'etc/systemd/system/basic.target.wants'))
  symlinkSync(
    '/etc/systemd/system/kubelet.service',
    join(template, 'etc/systemd/system/basic.target.wants/kubelet.service'),
  )
  copy(template, installed)
  const { exitCode, stderr } = await runNodeJoin(unitsOf(installed, '--install'))
  expect(exitCode, stderr).toBe(0)
  before = stateOf(template)
  after = stateOf(installed)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const copy = (from: string, to: string): void =>
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })

let roots = 0
const copyOf = (from: string): string => {
  const root = join(folder, `root-${++roots}`)
  copy(from, root)
  return root
}

type Step = readonly [call: string, nth: number]

/** Every step where there is time for it, else some by chance. */
const STEPS: readonly Step[] = ((): Step[] => {
  const random = seededRandom(SEED)
  const all = CALLS.flatMap(([call, most]) =>
    Array.from({ length: most }, (_, index): Step => [call, index + 1]),
  )
  const drawn = (): Step[] => all.splice(Math.floor(random() * all.length), 1)
  return isFull ? all : Array.from({ length: SAMPLE }, drawn).flat()
})()

/** libuv's threads count for themselves, so there is one. */
const killedAt = async ([call, nth]: Step, args: readonly string[]): Promise<boolean> => {
  const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${nth}`]
  const strace = [
    'env',
    'UV_THREADPOOL_SIZE=1',
    'strace',
    '-qq',
    '-f',
    '-o',
    '/dev/null',
    ...inject,
  ]
  const { signal } = await resultOf(startProgram('node-join', args, strace), '')
  return signal === 'SIGKILL'
}

describeWith('strace', 'kill -9 during units', () => {
  it.each(STEPS)('--install, at %s %i: an undo brings back what was', async (call, nth) => {
    const root = copyOf(template)
    const killed = await killedAt([call, nth], unitsOf(root, '--install'))
    const undo = await runNodeJoin(['units', '--root', root, '--undo'])
    // Killed before its first change, it left nothing to undo.
    if (killed) expect([0, 65], undo.stderr).toContain(undo.exitCode)
    expect(stateOf(root), `SEED=${SEED}`).toEqual(before)
    rmSync(root, { recursive: true })
  })

  it.each(STEPS)('--install, at %s %i: run again, it is whole', async (call, nth) => {
    const root = copyOf(template)
    await killedAt([call, nth], unitsOf(root, '--install'))
    const again = await runNodeJoin(unitsOf(root, '--install'))
    expect(again.exitCode, again.stderr).toBe(0)
    expect(stateOf(root), `SEED=${SEED}`).toEqual(after)
    const undo = await runNodeJoin(['units', '--root', root, '--undo'])
    expect(undo.exitCode, undo.stderr).toBe(0)
    expect(stateOf(root), `SEED=${SEED}`).toEqual(before)
    rmSync(root, { recursive: true })
  })

  it.each(STEPS)('--undo, at %s %i: run again, it brings back what was', async (call, nth) => {
    const root = copyOf(installed)
    await killedAt([call, nth], ['units', '--root', root, '--undo'])
    const again = await runNodeJoin(['units', '--root', root, '--undo'])
    expect([0, 65], again.stderr).toContain(again.exitCode)
    expect(stateOf(root), `SEED=${SEED}`).toEqual(before)
    rmSync(root, { recursive: true })
  })
})
