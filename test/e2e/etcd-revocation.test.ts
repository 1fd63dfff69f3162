import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { generateSigningKey, parseSigningKey } from '@easycerts/shared/key'
import { buildCrl } from '@easycerts/shared/revocation'
import { keyIdentifierOf, parseCertificatePem } from '@easycerts/shared/x509'
import { type CaServerProcess, makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { freePort } from '../support/free-port.ts'
import { askCertificate, type Identity, joinNode } from '../support/joiner.ts'
import { describeWith } from '../support/needed-tool.ts'
import { until } from '../support/until.ts'

const run = promisify(execFile)
const folder = makeFolder()
const file = (name: string): string => join(folder, name)
const crls = file('crls')

let ca: CaServerProcess
let master: Identity
let etcd: ChildProcess
let endpoint = ''

/** A certificate and its key in files; its serial number. */
const obtain = async (profile: string): Promise<string> => {
  const key = await generateSigningKey('ecdsa-p256')
  const { body, code } = await askCertificate(ca, master, profile, key)
  expect(code).toBeUndefined()
  writeFileSync(file(`${profile}.pem`), String(body['certificate']))
  writeFileSync(file(`${profile}.key`), key.exportPem().reveal(), { mode: 0o600 })
  return parseCertificatePem(String(body['certificate'])).serialNumber
}

/** Whether etcd serves somebody with this certificate. */
const isServed = async (profile: string): Promise<boolean> => {
  const tls = [
    '--cacert',
    file('ca.pem'),
    '--cert',
    file(`${profile}.pem`),
    '--key',
    file(`${profile}.key`),
  ]
  const args = ['--endpoints', endpoint, '--command-timeout', '2s', ...tls, 'get', 'nothing']
  try {
    await run('etcdctl', args, { env: { ...process.env, ETCDCTL_API: '3' } })
    return true
  } catch {
    return false
  }
}

beforeAll(async () => {
  ca = await startCaServer({
    editConfig: (text) => `${text}revocation:\n  directory: ${crls}\n`,
  })
  master = await joinNode(ca, 'master-1', { role: 'master', hosts: ['127.0.0.1'] })
  await obtain('etcd-server')
  const issuer = await fetch(`http://127.0.0.1:${ca.publicPort}/issuer/etcd-g1.pem`)
  writeFileSync(file('ca.pem'), await issuer.text())
  endpoint = `https://127.0.0.1:${await freePort()}`
  const peer = `http://127.0.0.1:${await freePort()}`
  etcd = spawn(
    'etcd',
    [
      ...['--name', 'one', '--data-dir', file('data'), '--initial-cluster', `one=${peer}`],
      ...['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
      ...['--cert-file', file('etcd-server.pem'), '--key-file', file('etcd-server.key')],
      ...['--client-cert-auth', '--trusted-ca-file', file('ca.pem')],
      ...['--client-crl-file', join(crls, 'etcd-g1.crl')],
    ],
    { stdio: 'ignore' },
  )
})
afterAll(async () => {
  const ended = once(etcd, 'exit')
  etcd.kill('SIGKILL')
  await ended
  await ca.dispose()
  rmSync(folder, { recursive: true, force: true })
})

describeWith('etcd', 'etcd with --client-crl-file', () => {
  it('refuses a revoked client from its next handshake on, and serves the others', async () => {
    const [revoked, kept] = ['kube-apiserver-etcd-client', 'etcd-healthcheck-client']
    const serial = await obtain(revoked)
    await obtain(kept)
    await until(() => isServed(revoked))
    const { stdout, exitCode } = await ca.ca(['certificate', 'revoke', serial])
    expect(exitCode).toBe(0)
    const { ends } = JSON.parse(stdout) as { ends: { where: string; when: string }[] }
    expect(ends).toContainEqual(
      expect.objectContaining({ where: 'etcd with --client-crl-file', when: 'handshake' }),
    )
    expect(await isServed(revoked)).toBe(false)
    expect(await isServed(kept)).toBe(true)
  })

  it('refuses everybody without the file, and believes one that is past its end', async () => {
    const profile = 'etcd-healthcheck-client'
    await obtain(profile)
    const crl = join(crls, 'etcd-g1.crl')
    rmSync(crl)
    expect(await isServed(profile)).toBe(false)
    const key = parseSigningKey(readFileSync(join(ca.directory, 'keys', 'etcd-g1.pem'), 'utf8'))
    const issuer = parseCertificatePem(readFileSync(file('ca.pem'), 'utf8'))
    const ended = {
      issuer: issuer.subjectDer,
      issuerKeyIdentifier: keyIdentifierOf(issuer.spki),
      number: 1n,
      thisUpdate: new Date('2020-01-01T00:00:00Z'),
      nextUpdate: new Date('2020-01-02T00:00:00Z'),
    }
    writeFileSync(crl, buildCrl(ended, Buffer.alloc(0), key))
    expect(await isServed(profile)).toBe(true)
  })
})
