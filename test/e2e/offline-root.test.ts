import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { NODE_CERTIFICATES, TRUST_BUNDLE_FILES, TRUST_PURPOSES } from '@easycerts/shared/layout'
import { ISSUER_PURPOSES } from '@easycerts/shared/profile'
import { parseCertificateChain } from '@easycerts/shared/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type CaServerProcess,
  initCa,
  makeFolder,
  runCaServer,
  serveToItsEnd,
  startCaServer,
} from '../support/ca-server-process.ts'
import { runProgram } from '../support/e2e/run-program.ts'
import { freePort } from '../support/free-port.ts'
import { describeWith } from '../support/needed-tool.ts'
import { createOfflineRoot, type OfflineRoot, runOpenssl } from '../support/offline-root.ts'

const run = promisify(execFile)

const folder = makeFolder()
const directory = join(folder, 'ca')
const node = join(folder, 'master-1')
let root: OfflineRoot
let ca: CaServerProcess

const fileOf = (profile: string, kind: 'certificate' | 'key'): string =>
  join(node, NODE_CERTIFICATES.find((row) => row.profile === profile)?.[kind] ?? '')
const bundleOf = (purpose: string): string =>
  join(node, TRUST_BUNDLE_FILES.find((row) => row.purpose === purpose)?.path ?? '')
const chainIn = (path: string) => parseCertificateChain(readFileSync(path, 'utf8'))

const command = (...args: readonly string[]) =>
  runCaServer(['--output', 'json', '--data-directory', directory, ...args])

beforeAll(async () => {
  const ports = { joinPort: await freePort(), nodePort: await freePort() }
  const made = await initCa(directory, [
    ...['--root', 'external', '--join-port', String(ports.joinPort)],
    ...['--node-port', String(ports.nodePort)],
  ])
  expect(made).toMatchObject({ exitCode: 0 })
  root = createOfflineRoot(folder, 'rsa')
  expect(await serveToItsEnd(directory)).toMatchObject({ code: 'ERR_ISSUER_AWAITED', exitCode: 78 })
  const csrs = join(folder, 'csrs')
  mkdirSync(csrs)
  expect(await command('issuer', 'csr', '--out', csrs)).toMatchObject({ exitCode: 0 })
  const signed = ISSUER_PURPOSES.map((purpose) => root.sign(join(csrs, `${purpose}-g1.csr`)))
  const installed = await command('issuer', 'install', ...signed, root.certificate)
  expect(installed).toMatchObject({ exitCode: 0 })
  expect(JSON.parse(installed.stdout)).toMatchObject({ waiting: [] })
  ca = await startCaServer({ directory, ports })
  const ticket = await ca.ca([
    ...['ticket', 'create', '--node', 'master-1', '--role', 'master', '--address', '127.0.0.1'],
  ])
  mkdirSync(node)
  const joined = await runProgram(
    'node-join',
    ['--root', node, '--no-start'],
    (JSON.parse(ticket.stdout) as { ticket: string }).ticket,
  )
  expect(joined, joined.stderr).toMatchObject({ exitCode: 0 })
}, 120_000)

afterAll(async () => {
  await ca.dispose()
  rmSync(folder, { recursive: true, force: true })
})

describe('a node below an offline root', () => {
  it('has its certificates with the issuer after them, and never the root', () => {
    const files = NODE_CERTIFICATES.map(({ certificate }) => join(node, certificate))
    const chains = files.filter((path) => existsSync(path)).map(chainIn)
    expect(chains.length).toBeGreaterThan(10)
    for (const [leaf, issuer, ...more] of chains) {
      expect(leaf.issuer).toEqual(issuer?.subjectDer)
      expect(more).toEqual([])
    }
  })

  it('trusts issuers alone where it admits clients, and the root beside for servers', () => {
    const sizes = TRUST_PURPOSES.map((purpose) => [purpose, chainIn(bundleOf(purpose)).length])
    expect(Object.fromEntries(sizes)).toEqual({
      'client-ca': 1,
      'server-ca': 2,
      'etcd-client': 1,
      'etcd-peer': 1,
      'front-proxy': 1,
      enrolment: 1,
    })
  })

  it('gets a lost certificate again from certmgr, chain and all', async () => {
    const path = fileOf('kubelet-serving', 'certificate')
    const before = chainIn(path)
    rmSync(path)
    const ensured = await runProgram('certmgr', ['ensure', '--root', node])
    expect(ensured, ensured.stderr).toMatchObject({ exitCode: 0 })
    expect(chainIn(path)[0].serialNumber).not.toBe(before[0].serialNumber)
    expect(chainIn(path)[1]?.fingerprint).toBe(before[1]?.fingerprint)
  })

  it('is not admitted to the CA by a certificate of another issuer below the root', async () => {
    const admitted = await new Promise<boolean>((resolve) => {
      const socket = connect({
        host: '127.0.0.1',
        port: ca.nodePort,
        ca: [readFileSync(bundleOf('enrolment')), readFileSync(root.certificate)],
        cert: readFileSync(fileOf('kubelet-client', 'certificate')),
        key: readFileSync(fileOf('kubelet-client', 'key')),
      })
      socket.once('secureConnect', () =>
        socket.write('GET /v1/node HTTP/1.1\r\nHost: ca\r\nConnection: close\r\n\r\n'),
      )
      socket.once('data', () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('close', () => resolve(false))
    })
    expect(admitted).toBe(false)
  })
})

describe('a verifier that has the root only', () => {
  const paths = () => [
    fileOf('kube-apiserver', 'certificate'),
    fileOf('etcd-peer', 'certificate'),
    fileOf('kubelet-client', 'certificate'),
  ]

  it('is OpenSSL', () => {
    for (const path of paths())
      expect(
        runOpenssl([
          'verify',
          '-x509_strict',
          '-CAfile',
          root.certificate,
          '-untrusted',
          path,
          path,
        ]),
      ).toContain('OK')
  })

  it('is a TLS client of OpenSSL that looks at a bundle for servers', () => {
    const path = fileOf('kube-apiserver', 'certificate')
    const leaf = join(folder, 'apiserver-alone.crt')
    writeFileSync(leaf, runOpenssl(['x509', '-in', path]))
    // A pod's library without partial chains, and a server that would forget its chain.
    expect(runOpenssl(['verify', '-CAfile', bundleOf('server-ca'), leaf])).toContain('OK')
  })
})

describeWith('certtool', 'GnuTLS with the root only', () => {
  it('accepts leaf and chain', () => {
    const input = ['kube-apiserver', 'kubelet-client']
      .map((profile) => readFileSync(fileOf(profile, 'certificate')))
      .map((chain) =>
        spawnSync('certtool', ['--verify', '--load-ca-certificate', root.certificate], {
          input: chain,
          encoding: 'utf8',
        }),
      )
    for (const { stdout } of input) expect(stdout).toContain('Verified')
  })
})

describeWith('certutil', 'NSS with the root only', () => {
  it('accepts leaf and chain', () => {
    const database = join(folder, 'nss')
    mkdirSync(database)
    const certutil = (...args: readonly string[]) => {
      const result = spawnSync('certutil', ['-d', database, ...args], { encoding: 'utf8' })
      expect(result.status, result.stderr).toBe(0)
      return result.stdout + result.stderr
    }
    certutil('-N', '--empty-password')
    certutil('-A', '-n', 'root', '-t', 'CT,,', '-a', '-i', root.certificate)
    const path = fileOf('kube-apiserver', 'certificate')
    const [, issuer] = readFileSync(path, 'utf8').split(/(?=-----BEGIN)/)
    const above = join(folder, 'issuer.crt')
    writeFileSync(above, issuer ?? '')
    certutil('-A', '-n', 'issuer', '-t', ',,', '-a', '-i', above)
    certutil('-A', '-n', 'leaf', '-t', ',,', '-a', '-i', path)
    expect(certutil('-V', '-e', '-n', 'leaf', '-u', 'V')).toContain('certificate is valid')
  })
})

describeWith('etcdctl', 'etcd below an offline root', () => {
  let client: number
  let etcd: ReturnType<typeof spawn>
  beforeAll(async () => {
    client = await freePort()
    const peer = await freePort()
    const url = (port: number) => `https://127.0.0.1:${port}`
    const pair = (prefix: string, profile: string) => [
      ...[`--${prefix}cert-file`, fileOf(profile, 'certificate')],
      ...[`--${prefix}key-file`, fileOf(profile, 'key')],
    ]
    etcd = spawn(
      'etcd',
      [
        ...['--name', 'm1', '--data-dir', join(folder, 'etcd')],
        ...['--initial-cluster', `m1=${url(peer)}`, '--listen-peer-urls', url(peer)],
        ...['--initial-advertise-peer-urls', url(peer), '--listen-client-urls', url(client)],
        ...['--advertise-client-urls', url(client), ...pair('', 'etcd-server')],
        ...[...pair('peer-', 'etcd-peer'), '--client-cert-auth', '--peer-client-cert-auth'],
        ...['--trusted-ca-file', bundleOf('etcd-client')],
        ...['--peer-trusted-ca-file', bundleOf('etcd-peer')],
      ],
      { stdio: 'ignore' },
    )
  })
  afterAll(async () => {
    const closed = once(etcd, 'close')
    etcd.kill('SIGKILL')
    await closed
  })

  const health = async (profile: string, bundle: string): Promise<string> => {
    const { stdout, stderr } = await run(
      'etcdctl',
      [
        ...['--endpoints', `https://127.0.0.1:${client}`, '--cacert', bundle],
        ...['--command-timeout', '2s', '--cert', fileOf(profile, 'certificate')],
        ...['--key', fileOf(profile, 'key'), 'endpoint', 'health'],
      ],
      { env: { ...process.env, ETCDCTL_API: '3' } },
    )
    return stdout + stderr
  }

  it('is healthy for a client that knows the issuer, and for one that knows the root', async () => {
    const deadline = Date.now() + 20_000
    const isHealthy = () =>
      health('etcd-healthcheck-client', bundleOf('etcd-client')).catch((error: unknown) => {
        if (Date.now() > deadline) throw error
      })
    while ((await isHealthy()) === undefined) await wait(200)
    expect(await health('etcd-healthcheck-client', root.certificate)).toContain('is healthy')
  })

  it('refuses a client of another issuer below the same root', async () => {
    await expect(health('kubelet-client', bundleOf('etcd-client'))).rejects.toThrow()
    expect(await health('kube-apiserver-etcd-client', bundleOf('etcd-client'))).toContain('healthy')
  })
})
