import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { NODE_PATHS, TRUST_BUNDLE_FILES } from '@easycerts/shared/layout'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { readDuring } from '../support/certmgr/pair-reader.ts'
import { serialOnDisk, startWatchingServer } from '../support/certmgr/watching-server.ts'
import { runProgram, startProgram } from '../support/e2e/run-program.ts'
import { runNodeJoin } from '../support/run-node-join.ts'
import { until } from '../support/until.ts'

const RENEWALS = 10
/** Of a pair that is read without a pause, which leaves little for the rest of the machine. */
const WATCHED = process.env['SOAK'] === 'full' ? RENEWALS : 4
const folder = makeFolder()
const root = join(folder, 'master-1')
const at = (path: string): string => join(root, path)
const PKI = at('etc/kubernetes/pki')
const [CERTIFICATE, KEY] = [join(PKI, 'apiserver.crt'), join(PKI, 'apiserver.key')]
const bundleOf = (purpose: string): string =>
  at(TRUST_BUNDLE_FILES.find((row) => row.purpose === purpose)?.path ?? '')

let ca: CaServerProcess
let certmgr: ChildProcess

const joinMaster = async (name: string): Promise<void> => {
  const { stdout } = await ca.ca(['ticket', 'create', '--node', name, '--role', 'master'])
  const { ticket } = JSON.parse(stdout) as { ticket: string }
  mkdirSync(join(folder, name))
  const words = ['--root', join(folder, name), '--no-start']
  const { exitCode, stderr } = await runNodeJoin(words, `${ticket}\n`)
  expect(exitCode, stderr).toBe(0)
}

beforeAll(async () => {
  ca = await startCaServer()
  await joinMaster('master-1')
  certmgr = startProgram('certmgr', ['--root', root, 'run'])
  certmgr.stderr?.resume()
  await until(() => readStatus()?.['pid'] === certmgr.pid)
}, 60_000)
afterAll(async () => {
  certmgr.kill('SIGKILL')
  await once(certmgr, 'close')
  await ca.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const readStatus = (): Record<string, unknown> | undefined => {
  try {
    const text = readFileSync(at(`${NODE_PATHS.certmgrState}/status.json`), 'utf8')
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

const requestOf = (name: string): string => at(`${NODE_PATHS.certmgrState}/renew/${name}`)

/** As `certmgr renew NAME` does, without the start of a process; resolves when it is done. */
const renewed = async (name: string): Promise<void> => {
  mkdirSync(dirname(requestOf(name)), { recursive: true })
  writeFileSync(requestOf(name), '')
  certmgr.kill('SIGUSR1')
  await until(() => !existsSync(requestOf(name)))
}

describe('renewals in a row by a running certmgr', () => {
  it('of ten are seen without a restart by a server that watches its files as kube-apiserver does', async () => {
    const server = await startWatchingServer({ certificate: CERTIFICATE, key: KEY, bundles: [] })
    const seen = new Set([await server.servedSerial()])
    await runProgram('certmgr', ['--root', root, 'renew', 'kube-apiserver'])
    await until(() => !existsSync(requestOf('kube-apiserver')))
    for (let count = 0; count < RENEWALS; count++) {
      if (count > 0) await renewed('kube-apiserver')
      await until(async () => (await server.servedSerial()) === serialOnDisk(CERTIFICATE))
      seen.add(await server.servedSerial())
    }
    server.close()
    expect(seen.size).toBe(RENEWALS + 1)
  })

  it('never show a key that changes, or a pair that does not match, where the key is kept', async () => {
    const [certificate, key] = [join(PKI, 'etcd/server.crt'), join(PKI, 'etcd/server.key')]
    const seen = await readDuring({ certificate, key }, async () => {
      for (let count = 0; count < WATCHED; count++) await renewed('etcd-server')
    })
    expect(seen).toMatchObject({ missing: 0, mixed: 0, keys: 1 })
    // A machine that has much else to do may let it miss some.
    expect(seen.certificates).toBeGreaterThanOrEqual(2)
  })
})

describe('bundles that change', () => {
  it('are seen by the same server: a key of a new master, and a CA that somebody took out', async () => {
    const bundles = [bundleOf('service-account'), bundleOf('client-ca')] as const
    const [keys, cas] = bundles
    const server = await startWatchingServer({ certificate: CERTIFICATE, key: KEY, bundles })
    const [keysBefore, casBefore] = bundles.map((path) => server.bundle(path))
    await joinMaster('master-2')
    certmgr.kill('SIGUSR1')
    await until(() => server.bundle(keys).match(/BEGIN PUBLIC KEY/g)?.length === 2)
    expect(server.bundle(keys)).not.toBe(keysBefore)

    writeFileSync(`${cas}.new`, 'nobody\n')
    renameSync(`${cas}.new`, cas)
    await until(() => server.bundle(cas) === 'nobody\n')
    certmgr.kill('SIGUSR1')
    await until(() => server.bundle(cas) === casBefore)
    server.close()
  })
})
