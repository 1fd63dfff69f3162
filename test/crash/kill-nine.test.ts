import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { resultOf, runProgram, startProgram } from '../support/e2e/run-program.ts'
import { isRecorded, repeatedSerials } from './support/issued-certificates.ts'
import {
  certificatesOf,
  leftovers,
  mismatchedPairs,
  openSecrets,
  tornFiles,
} from './support/node-root.ts'
import { seededRandom } from '../support/random.ts'

const KILLS = process.env['SOAK'] === 'full' ? 200 : 3
const SEED = Number(process.env['SEED'] ?? 20261121)
const VICTIMS = ['node-join', 'ca-server', 'certmgr'] as const
// Longer than a join, and than a renewal of everything, in milliseconds.
const JOIN_SPAN = 1200
const RENEW_SPAN = 1000

const random = seededRandom(SEED)
const folder = makeFolder()
let ca: CaServerProcess
let nodes = 0

const newTicket = async (): Promise<{ ticket: string; root: string }> => {
  const name = `worker-${++nodes}`
  const made = await ca.ca([
    'ticket',
    'create',
    '--node',
    name,
    '--role',
    'worker',
    '--address',
    '127.0.0.1',
  ])
  expect(made.stderr).toBe('')
  const { ticket } = JSON.parse(made.stdout) as { ticket: string }
  const root = join(folder, name)
  mkdirSync(root)
  return { ticket, root }
}

const joinArgs = (root: string) => ['--root', root, '--no-start']

const killAfter = async (child: ChildProcess, span: number): Promise<void> => {
  const ended = once(child, 'close')
  await Promise.race([ended, wait(random() * span)])
  child.kill('SIGKILL')
  await ended
}

const expectWhole = (root: string): void => {
  expect(tornFiles(root)).toEqual([])
  expect(openSecrets(root)).toEqual([])
  for (const { path, certificate } of certificatesOf(root))
    expect({ path, recorded: isRecorded(ca.directory, certificate.raw) }).toEqual({
      path,
      recorded: true,
    })
}

const expectFinished = (root: string): void => {
  expectWhole(root)
  expect(leftovers(root)).toEqual([])
  expect(mismatchedPairs(root)).toEqual([])
  expect(certificatesOf(root).length).toBeGreaterThanOrEqual(5)
}

const joinAgain = async (root: string, ticket: string): Promise<void> => {
  const again = await runProgram('node-join', joinArgs(root), ticket)
  expect(again).toMatchObject({ exitCode: 0 })
  expectFinished(root)
}

const rounds: Record<(typeof VICTIMS)[number], () => Promise<void>> = {
  'node-join': async () => {
    const { ticket, root } = await newTicket()
    const child = startProgram('node-join', joinArgs(root))
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(ticket)
    await killAfter(child, JOIN_SPAN)
    expectWhole(root)
    await joinAgain(root, ticket)
  },
  'ca-server': async () => {
    const { ticket, root } = await newTicket()
    const child = startProgram('node-join', [...joinArgs(root), '--timeout', '10s'])
    child.stdin?.end(ticket)
    const result = resultOf(child)
    await wait(random() * JOIN_SPAN)
    await ca.kill()
    await ca.start()
    await result
    expectWhole(root)
    await joinAgain(root, ticket)
    expect(repeatedSerials(ca.directory)).toEqual([])
  },
  certmgr: async () => {
    const { ticket, root } = await newTicket()
    await joinAgain(root, ticket)
    const child = startProgram('certmgr', ['renew', '--root', root])
    child.stdin?.end()
    await killAfter(child, RENEW_SPAN)
    expectWhole(root)
    expect(await runProgram('certmgr', ['ensure', '--root', root])).toMatchObject({ exitCode: 0 })
    expectFinished(root)
  },
}

beforeAll(async () => {
  ca = await startCaServer()
})
afterAll(async () => {
  await ca.dispose()
})

describe(`kill -9 at ${KILLS} random moments (seed ${SEED})`, () => {
  const kills = Array.from({ length: KILLS }, (_, index) => ({
    kill: index + 1,
    victim: VICTIMS[index % VICTIMS.length] ?? 'certmgr',
  }))
  it.each(kills)(
    'kill $kill of $victim leaves nothing torn, unknown or lost',
    async ({ victim }) => {
      await rounds[victim]()
    },
  )
})
