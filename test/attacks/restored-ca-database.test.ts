import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { TRUST_FILE } from '../support/certmgr/trusting-node.ts'
import { runProgram } from '../support/e2e/run-program.ts'
import { documentOf } from '../support/trust/test-trust.ts'

let ca: CaServerProcess
let root: string
beforeAll(async () => {
  ca = await startCaServer()
  root = join(dirname(ca.directory), 'worker-1')
  mkdirSync(root)
}, 60_000)
afterAll(() => ca.dispose())

const versionOf = (): number =>
  documentOf(JSON.parse(readFileSync(join(root, TRUST_FILE), 'utf8')) as never).version

const ensure = async () => {
  const { exitCode, stdout } = await runProgram('certmgr', ['--root', root, 'ensure'])
  return { exitCode, stdout }
}

const bundle = (): string => readFileSync(join(root, 'etc/kubernetes/pki/client-ca.crt'), 'utf8')

/** Adds a name of the CA, which is told in the next version of the trust document. */
const addAddress = async (): Promise<void> => {
  await ca.stop()
  const file = join(ca.directory, 'ca-server.yaml')
  const text = readFileSync(file, 'utf8')
  expect(text).toMatch(/^addresses:\n/m)
  writeFileSync(file, text.replace(/^addresses:\n/m, 'addresses:\n  - ca.example\n'))
  await ca.start()
}

describe('an operator or thief who copies old files of the CA back over its database', () => {
  it('is noticed by every node that has seen more, twice over: by the log and by the trust document', async () => {
    const made = await ca.ca(['ticket', 'create', '--node', 'worker-1', '--role', 'worker'])
    const { ticket } = JSON.parse(made.stdout) as { ticket: string }
    const joined = await runProgram('node-join', ['--root', root, '--no-start'], ticket)
    expect(joined).toMatchObject({ exitCode: 0 })
    const first = versionOf()
    await ca.stop()
    const old = `${ca.directory}.old`
    cpSync(ca.directory, old, { recursive: true })
    await ca.start()
    await addAddress()
    expect(await ensure()).toMatchObject({ exitCode: 0 })
    const second = versionOf()
    expect(second).toBeGreaterThan(first)

    await ca.stop()
    rmSync(ca.directory, { recursive: true })
    cpSync(old, ca.directory, { recursive: true })
    await ca.start()
    const before = bundle()
    const byLog = await ensure()
    expect(byLog.exitCode).toBe(75)
    expect(byLog.stdout).toMatch(/^CA +distrusted/m)

    // Whoever also makes the node forget the log has the trust document against him.
    rmSync(join(root, NODE_PATHS.identityDirectory, 'log-head.json'))
    const byTrust = await ensure()
    expect(byTrust.exitCode).toBe(75)
    expect(byTrust.stdout).toMatch(/^CA +distrusted.*lost version/m)
    expect(versionOf()).toBe(second)
    expect(bundle()).toBe(before)
  }, 120_000)
})
