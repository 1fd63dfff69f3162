import { mkdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CaServerProcess, runCaServer, startCaServer } from '../support/ca-server-process.ts'
import { type ProgramResult, runProgram } from '../support/e2e/run-program.ts'

let ca: CaServerProcess
let root: string
beforeAll(async () => {
  ca = await startCaServer()
  root = join(dirname(ca.directory), 'worker-1')
  mkdirSync(root)
})
afterAll(() => ca.dispose())

const joinNode = async (...more: readonly string[]): Promise<ProgramResult> => {
  const wish = ['--node', 'worker-1', '--role', 'worker', '--address', '127.0.0.1', '--replace']
  const made = await ca.ca(['ticket', 'create', ...wish])
  expect(made.stderr).toBe('')
  const { ticket } = JSON.parse(made.stdout) as { ticket: string }
  return runProgram('node-join', ['--root', root, '--no-start', ...more], ticket)
}

const renewAll = () => runProgram('certmgr', ['renew', '--root', root])

const certificate = () => readFileSync(join(root, 'etc/kubernetes/pki/kubelet-client.crt'), 'utf8')

it('a node whose identity is newer than the backup goes on by itself after a restore', async () => {
  expect(await joinNode()).toMatchObject({ exitCode: 0 })
  const identity = join(dirname(ca.directory), 'backup-identity')
  const made = await runCaServer(['--output', 'json', 'backup', 'keygen', '--out', identity])
  const { recipient } = JSON.parse(made.stdout) as { recipient: string }
  const file = join(dirname(ca.directory), 'ca.backup.age')
  const backup = await ca.ca(['backup', '--out', file, '--recipient', recipient])
  expect(backup).toMatchObject({ exitCode: 0 })
  // Another identity, which the backup does not know.
  expect(await joinNode('--rejoin')).toMatchObject({ exitCode: 0 })
  await ca.kill()
  const lost = `${ca.directory}.lost`
  renameSync(ca.directory, lost)

  expect(await ca.ca(['restore', file, '--identity', identity])).toMatchObject({ exitCode: 0 })
  await ca.start()
  const before = certificate()
  const renewed = await renewAll()
  expect(renewed).toMatchObject({ exitCode: 0 })
  expect(certificate()).not.toBe(before)
  const status = JSON.parse((await ca.ca(['reconcile', 'status'])).stdout) as object
  expect(status).toMatchObject({ adopted: [{ node: 'worker-1' }], unseen: [] })

  // The old instance wakes up on the very same ports: what the node saw since is not in its log.
  await ca.kill()
  renameSync(ca.directory, `${ca.directory}.restored`)
  renameSync(lost, ca.directory)
  await ca.start()
  const after = certificate()
  const refused = await renewAll()
  expect(refused.exitCode).not.toBe(0)
  expect(refused.stdout).toMatch(/^CA +distrusted/m)
  expect(certificate()).toBe(after)
})
