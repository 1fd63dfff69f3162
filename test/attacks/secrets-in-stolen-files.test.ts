import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPrivateKey } from 'node:crypto'
import { filesOf } from '../support/file-tree.ts'
import { runProgram } from '../support/e2e/run-program.ts'
import { type Canary, canariesBelow, canariesOf, foundIn } from '../support/secrets/canaries.ts'
import { type CanaryCluster, startCanaryCluster } from '../support/secrets/canary-cluster.ts'

let cluster: CanaryCluster
let canaries: Canary[]
beforeAll(async () => {
  cluster = await startCanaryCluster()
  const { line, canaries: ofTicket } = await cluster.takeTicket('worker-1')
  const root = cluster.newRoot('worker-1')
  const { exitCode, stderr } = await runProgram('node-join', ['--root', root], line)
  expect(exitCode, stderr).toBe(0)
  const open = await cluster.takeTicket('worker-2')
  canaries = [...cluster.passphrase, ...ofTicket, ...open.canaries, ...canariesBelow(root)]
})
afterAll(() => cluster.dispose())

const contentsOf = (paths: readonly string[]): Record<string, Buffer> =>
  Object.fromEntries(paths.map((path) => [path, readFileSync(path)]))

describe('A thief carries away files of the CA', () => {
  it('its whole data directory, with the database in use: no ticket, passphrase or node’s key', () => {
    const contents = contentsOf(
      filesOf(cluster.server.directory).filter((path) => !path.endsWith('.sock')),
    )
    expect(Object.keys(contents).some((path) => path.endsWith('-wal'))).toBe(true)
    expect(foundIn(contents, canaries)).toEqual([])
  })

  it('its key files: each is sealed by the passphrase', () => {
    const keys = filesOf(join(cluster.server.directory, 'keys')).filter((path) =>
      path.endsWith('.pem'),
    )
    expect(keys.length).toBeGreaterThan(3)
    for (const path of keys)
      expect(() => createPrivateKey(readFileSync(path, 'utf8')), basename(path)).toThrow()
  })

  it('a backup: it is sealed to a recipient, whose identity is nowhere in it', async () => {
    const { server, folder } = cluster
    const identity = join(folder, 'identity.txt')
    const made = await server.ca(['backup', 'keygen', '--out', identity])
    const { recipient } = JSON.parse(made.stdout) as { recipient: string }
    const file = join(folder, 'backup.age')
    const { exitCode, stderr } = await server.ca([
      'backup',
      '--recipient',
      recipient,
      '--out',
      file,
    ])
    expect(exitCode, stderr).toBe(0)
    const [secret = ''] = /AGE-SECRET-KEY-\S+/.exec(readFileSync(identity, 'utf8')) ?? []
    const all = [...canaries, ...canariesOf('the identity', secret)]
    expect(foundIn(contentsOf([file]), all)).toEqual([])
    expect(foundIn({ output: made.stdout + made.stderr }, canariesOf('identity', secret))).toEqual(
      [],
    )
  })
})
