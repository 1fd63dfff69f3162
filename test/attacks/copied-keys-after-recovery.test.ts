import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { NODE_CERTIFICATES } from '@easycerts/shared/layout'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { runProgram } from '../support/e2e/run-program.ts'
import { until } from '../support/until.ts'

const folder = makeFolder()
const FILES = NODE_CERTIFICATES.filter(({ roles }) => roles.includes('worker')).map(
  ({ certificate }) => certificate,
)

/** A node believes in no hurry within the first fiftieth of a life, and renews by itself after half. */
const LIFE = '5m'
const BEFORE_HALF = 60_000

let server: CaServerProcess
beforeAll(async () => {
  server = await startCaServer({ initArgs: ['--certificate-life', LIFE] })
})
afterAll(async () => {
  await server.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const ticketBy = async (...words: readonly string[]): Promise<string> => {
  const { stdout } = await server.ca(words)
  return (JSON.parse(stdout) as { readonly ticket: string }).ticket
}

/** A node of its own root that has joined. */
const joinedNode = async (name: string): Promise<string> => {
  const root = join(folder, name)
  mkdirSync(root)
  const ticket = await ticketBy('ticket', 'create', '--node', name, '--role', 'worker')
  const joined = await runProgram('node-join', ['--root', root, '--no-start'], ticket)
  expect(joined, joined.stderr).toMatchObject({ exitCode: 0 })
  return root
}

const pinsIn = (root: string): string[] =>
  FILES.map((path) => parseCertificatePem(readFileSync(join(root, path), 'utf8')).pin)

const rejoin = async (root: string, ticket: string): Promise<void> => {
  const joined = await runProgram('node-join', ['--root', root, '--no-start', '--rejoin'], ticket)
  expect(joined, joined.stderr).toMatchObject({ exitCode: 0 })
}

const ensure = async (root: string): Promise<void> => {
  const ensured = await runProgram('certmgr', ['ensure', '--root', root])
  expect(ensured, ensured.stderr).toMatchObject({ exitCode: 0 })
}

/** certmgr replaces every key that a thief has; one that it would keep lets this time out. */
const replaceAll = (root: string, stolen: readonly string[]): Promise<void> =>
  until(
    async () => {
      await ensure(root)
      return !pinsIn(root).some((pin) => stolen.includes(pin))
    },
    { within: BEFORE_HALF, every: 1000 },
  )

describe('a thief of a disk who keeps the keys of its certificates', { concurrent: true }, () => {
  it.each([
    ['quarantined, and all that it held revoked', ['--revoke', 'keyCompromise']],
    ['quarantined', []],
  ])('holds none that the node uses once it was %s and recovered', async (_, more) => {
    const name = `worker-${more.length}`
    const root = await joinedNode(name)
    const stolen = pinsIn(root)
    await server.ca(['node', 'quarantine', name, '--reason', 'its disk was stolen', ...more])
    await rejoin(root, await ticketBy('node', 'recover', name))
    await replaceAll(root, stolen)
  })

  it('holds none that the node uses once its identity was replaced by a ticket', async () => {
    const root = await joinedNode('worker-9')
    const stolen = pinsIn(root)
    const words = ['--node', 'worker-9', '--role', 'worker', '--replace']
    await rejoin(root, await ticketBy('ticket', 'create', ...words))
    await replaceAll(root, stolen)
    const own = pinsIn(root)
    await ensure(root)
    expect(pinsIn(root)).toEqual(own)
  })
})
