import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { NODE_CERTIFICATES, TRUST_BUNDLE_FILES } from '@easycerts/shared/layout'
import { parseCertificate, parseCertificatePem } from '@easycerts/shared/x509'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CaServerProcess, makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { runProgram, startProgram } from '../support/e2e/run-program.ts'
import { freePort } from '../support/free-port.ts'
import { describeWith } from '../support/needed-tool.ts'

const run = promisify(execFile)
const LIFE = '45s'
const NAMES = ['master-1', 'master-2', 'master-3'] as const

interface Member {
  readonly name: string
  readonly root: string
  readonly client: number
  readonly peer: number
  readonly process: ChildProcess
}

const folder = makeFolder()
const children: ChildProcess[] = []
const members: Member[] = []
let ca: CaServerProcess

const fileOf = (root: string, profile: string, kind: 'certificate' | 'key'): string =>
  join(root, NODE_CERTIFICATES.find((row) => row.profile === profile)?.[kind] ?? '')
const bundleOf = (root: string, purpose: string): string =>
  join(root, TRUST_BUNDLE_FILES.find((row) => row.purpose === purpose)?.path ?? '')

const joinMaster = async (name: string): Promise<string> => {
  const made = await ca.ca([
    'ticket',
    'create',
    '--node',
    name,
    '--role',
    'master',
    '--address',
    '127.0.0.1',
  ])
  const { ticket } = JSON.parse(made.stdout) as { ticket: string }
  const root = join(folder, name)
  mkdirSync(root)
  expect(await runProgram('node-join', ['--root', root, '--no-start'], ticket)).toMatchObject({
    exitCode: 0,
  })
  return root
}

const startEtcd = (member: Omit<Member, 'process'>, cluster: string): Member => {
  const { name, root, client, peer } = member
  const child = spawn(
    'etcd',
    [
      ...['--name', name, '--data-dir', join(folder, `${name}.etcd`), '--initial-cluster', cluster],
      ...[
        '--listen-client-urls',
        `https://127.0.0.1:${client}`,
        '--advertise-client-urls',
        `https://127.0.0.1:${client}`,
      ],
      ...[
        '--listen-peer-urls',
        `https://127.0.0.1:${peer}`,
        '--initial-advertise-peer-urls',
        `https://127.0.0.1:${peer}`,
      ],
      ...[
        '--cert-file',
        fileOf(root, 'etcd-server', 'certificate'),
        '--key-file',
        fileOf(root, 'etcd-server', 'key'),
      ],
      ...[
        '--peer-cert-file',
        fileOf(root, 'etcd-peer', 'certificate'),
        '--peer-key-file',
        fileOf(root, 'etcd-peer', 'key'),
      ],
      ...['--client-cert-auth', '--trusted-ca-file', bundleOf(root, 'etcd-client')],
      ...['--peer-client-cert-auth', '--peer-trusted-ca-file', bundleOf(root, 'etcd-peer')],
    ],
    { stdio: 'ignore' },
  )
  children.push(child)
  return { ...member, process: child }
}

const etcdctl = async (root: string, ...args: readonly string[]): Promise<string> => {
  const endpoints = members.map(({ client }) => `https://127.0.0.1:${client}`).join(',')
  const { stdout, stderr } = await run(
    'etcdctl',
    [
      ...[
        '--endpoints',
        endpoints,
        '--cacert',
        bundleOf(root, 'etcd-client'),
        '--command-timeout',
        '2s',
      ],
      ...[
        '--cert',
        fileOf(root, 'etcd-healthcheck-client', 'certificate'),
        '--key',
        fileOf(root, 'etcd-healthcheck-client', 'key'),
      ],
      ...args,
    ],
    { env: { ...process.env, ETCDCTL_API: '3' } },
  )
  return stdout + stderr
}

/** Asks until it is so; the last failure is the test's. */
const eventually = async <Value>(attempt: () => Promise<Value>, within: number): Promise<Value> => {
  const deadline = Date.now() + within
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await wait(200)
    }
  }
}

const healthy = async (): Promise<void> => {
  const [first] = members
  const report = await etcdctl(first?.root ?? '', 'endpoint', 'health')
  expect(report.match(/is healthy/g)).toHaveLength(NAMES.length)
}

/** Serial number that a listener serves; a client certificate is shown where one is given. */
const servedSerial = async (port: number, root: string, client?: string): Promise<string> => {
  const own =
    client === undefined
      ? {}
      : {
          cert: readFileSync(fileOf(root, client, 'certificate')),
          key: readFileSync(fileOf(root, client, 'key')),
        }
  const socket = connect({
    host: '127.0.0.1',
    port,
    ca: readFileSync(bundleOf(root, 'etcd-peer')),
    ...own,
  })
  try {
    await once(socket, 'secureConnect')
    return parseCertificate(socket.getPeerCertificate().raw).serialNumber
  } finally {
    socket.destroy()
  }
}

/** Whether a listener lets a request through; in TLS 1.3 the refusal comes after the handshake. */
const admits = (port: number, root: string, client?: string): Promise<boolean> =>
  new Promise((resolve) => {
    const own =
      client === undefined
        ? {}
        : {
            cert: readFileSync(fileOf(root, client, 'certificate')),
            key: readFileSync(fileOf(root, client, 'key')),
          }
    const socket = connect(
      { host: '127.0.0.1', port, ca: readFileSync(bundleOf(root, 'etcd-peer')), ...own },
      () => {
        socket.write('GET /version HTTP/1.1\r\nHost: etcd\r\nConnection: close\r\n\r\n')
      },
    )
    socket.once('data', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })

const serialOnDisk = (root: string, profile: string): string =>
  parseCertificatePem(readFileSync(fileOf(root, profile, 'certificate'), 'utf8')).serialNumber

describeWith('etcdctl', 'etcd with the certificates of three masters', () => {
  beforeAll(async () => {
    ca = await startCaServer({ initArgs: ['--certificate-life', LIFE] })
    const plan: Omit<Member, 'process'>[] = []
    for (const name of NAMES)
      plan.push({
        name,
        root: await joinMaster(name),
        client: await freePort(),
        peer: await freePort(),
      })
    const cluster = plan.map(({ name, peer }) => `${name}=https://127.0.0.1:${peer}`).join(',')
    for (const member of plan) {
      children.push(startProgram('certmgr', ['run', '--root', member.root]))
      members.push(startEtcd(member, cluster))
    }
  })

  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await ca.dispose()
  })

  it('is healthy over client and peer TLS', async () => {
    await eventually(healthy, 20_000)
  })

  it('refuses a client and a peer without a certificate', async () => {
    const [{ client, peer, root }] = members as [Member]
    expect(await admits(client, root, 'etcd-healthcheck-client')).toBe(true)
    expect(await admits(client, root)).toBe(false)
    expect(await admits(peer, root)).toBe(false)
  })

  it('refuses a client certificate of the cluster’s CA', async () => {
    const [{ client, root }] = members as [Member]
    expect(await admits(client, root, 'kubelet-client')).toBe(false)
  })

  it('serves the renewed certificate without a restart, and stays healthy', async () => {
    const [member] = members as [Member]
    const { client, peer, root } = member
    const before = {
      server: serialOnDisk(root, 'etcd-server'),
      peer: serialOnDisk(root, 'etcd-peer'),
    }
    await eventually(async () => {
      expect(serialOnDisk(root, 'etcd-server')).not.toBe(before.server)
      expect(serialOnDisk(root, 'etcd-peer')).not.toBe(before.peer)
      await Promise.resolve()
    }, 60_000)
    expect(await servedSerial(client, root, 'etcd-healthcheck-client')).toBe(
      serialOnDisk(root, 'etcd-server'),
    )
    expect(await servedSerial(peer, root, 'etcd-peer')).toBe(serialOnDisk(root, 'etcd-peer'))
    expect(member.process.exitCode).toBeNull()
    await eventually(healthy, 10_000)
  })
})
