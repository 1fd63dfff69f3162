import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { type CaServerProcess, makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { resultOf, runProgram, startProgram } from '../support/e2e/run-program.ts'
import { describeWith } from '../support/needed-tool.ts'
import { leftovers, mismatchedPairs, openSecrets, tornFiles } from './support/node-root.ts'

/** Switches of a worker's join: the first are the identity's, and the most delicate. */
const [IDENTITY, LAST] = [10, 48]
const STRIDES = process.env['SOAK'] === 'full' ? ([1, 1] as const) : ([5, 35] as const)
const upTo = (last: number, stride: number) =>
  Array.from({ length: Math.floor(last / stride) }, (_, index) => (index + 1) * stride)
const RENAMES = new Set([...upTo(IDENTITY, STRIDES[0]), ...upTo(LAST, STRIDES[1])])
const UNLINKS = upTo(6, STRIDES[0])

const folder = makeFolder()
let ca: CaServerProcess
beforeAll(async () => {
  ca = await startCaServer()
}, 60_000)
afterAll(async () => {
  await ca.dispose()
  rmSync(folder, { recursive: true, force: true })
})

let nodes = 0
const newNode = async (): Promise<{ root: string; ticket: string }> => {
  const name = `worker-${++nodes}`
  const { stdout } = await ca.ca(['ticket', 'create', '--node', name, '--role', 'worker'])
  const root = join(folder, name)
  mkdirSync(root)
  return { root, ticket: (JSON.parse(stdout) as { ticket: string }).ticket }
}

/** Killed on entering the nth call; one worker thread, for strace counts each thread's for itself. */
const killedAt = (call: string, nth: number): readonly string[] => [
  ...['env', 'UV_THREADPOOL_SIZE=1', 'strace', '-f', '-qq', '-o', '/dev/null'],
  ...['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${nth}`],
]

const unfinished = (root: string): string[] =>
  [NODE_PATHS.identityDirectory, `${NODE_PATHS.certmgrState}/journals`]
    .map((path) => join(root, path))
    .filter(existsSync)
    .flatMap((path) => readdirSync(path))
    .filter((name) => /pending|joining|lock|json\.broken|^(?!node|log-|trust).*\.json$/.test(name))

const expectWhole = (root: string): void => {
  expect(tornFiles(root)).toEqual([])
  expect(openSecrets(root)).toEqual([])
}

describeWith('strace', 'node-join killed in front of a switch', () => {
  it.each([
    ...[...RENAMES].map((nth) => ['rename', nth] as const),
    ...UNLINKS.map((nth) => ['unlink', nth] as const),
  ])('finishes with the same ticket: %s %i', async (call, nth) => {
    const { root, ticket } = await newNode()
    const args = ['--root', root]
    const killed = await resultOf(startProgram('node-join', args, killedAt(call, nth)), ticket)
    expect(killed.signal ?? killed.exitCode).toBe('SIGKILL')
    expectWhole(root)
    const { exitCode, stderr } = await runProgram('node-join', args, ticket)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expectWhole(root)
    expect(mismatchedPairs(root)).toEqual([])
    expect([...leftovers(root), ...unfinished(root)]).toEqual([])
    rmSync(root, { recursive: true })
  })

  it('leaves the CA with one confirmed identity for each node', async () => {
    const { stdout } = await ca.ca(['node', 'list'])
    const known = JSON.parse(stdout) as { state: string }[]
    expect(known.map(({ state }) => state)).toEqual(Array.from({ length: nodes }, () => 'joined'))
  })
})
