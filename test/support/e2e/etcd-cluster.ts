import { type ChildProcess, execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { promisify } from 'node:util'
import { NODE_CERTIFICATES, NODE_PATHS, TRUST_BUNDLE_FILES } from '@easycerts/shared/layout'
import { parse, stringify } from 'yaml'
import { type CaServerProcess, makeFolder, startCaServer } from '../ca-server-process.ts'
import { freePort } from '../free-port.ts'
import { runProgram, startProgram } from './run-program.ts'

/** A master that has joined, and its etcd, which a program in the place of systemctl restarts. */
export interface EtcdMember {
  readonly name: string
  readonly root: string
  readonly client: number
  readonly peer: number
}

/** One restart, in milliseconds: from the end of the old process to the first connection to the new. */
export interface Outage {
  readonly member: string
  readonly from: number
  readonly until: number
}

export interface EtcdCluster {
  readonly ca: CaServerProcess
  readonly members: readonly EtcdMember[]
  /** Starts certmgr of every member. */
  readonly startCertmgrs: () => void
  readonly killCertmgrs: () => void
  readonly etcdctl: (...args: readonly string[]) => Promise<string>
  /** Restarts that are done. */
  readonly outages: () => Outage[]
  readonly dispose: () => Promise<void>
}

const run = promisify(execFile)
const KEPT_SPECS =
  /^(etcd-server|etcd-peer|etcd-healthcheck-client|trust-etcd-client|trust-etcd-peer)\.yaml$/

/**
 * Its words: a directory, then those of systemctl. As with `Restart=always`, an etcd that ends at once is
 * started again: on a busy machine somebody's connection may have its port for a moment.
 */
const SYSTEMCTL = `
import { spawn } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
const [, , directory, verb] = process.argv
if (!['start', 'try-restart', 'restart'].includes(verb)) process.exit(0)
const { name, port, args } = JSON.parse(readFileSync(directory + '/etcd.json', 'utf8'))
const isOpen = () => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1')
  socket.once('connect', () => { socket.destroy(); resolve(true) })
  socket.once('error', () => resolve(false))
})
const isAlive = (pid) => {
  try {
    return !/^\\d+ \\(.*\\) Z/.test(readFileSync('/proc/' + pid + '/stat', 'utf8'))
  } catch {
    return false
  }
}
const from = Date.now()
if (verb !== 'start') {
  const pid = Number(readFileSync(directory + '/etcd.pid', 'utf8'))
  if (isAlive(pid)) process.kill(pid, 'SIGTERM')
  while (isAlive(pid)) await wait(20)
}
const begin = () => {
  const child = spawn('etcd', args, { detached: true, stdio: 'ignore' })
  writeFileSync(directory + '/etcd.pid', String(child.pid))
  child.unref()
  return child
}
let child = begin()
while (verb !== 'start' && !(child.exitCode === null && (await isOpen()))) {
  await wait(20)
  if (child.exitCode === null) continue
  await wait(500)
  child = begin()
}
if (verb !== 'start')
  appendFileSync(directory + '/outages', JSON.stringify({ member: name, from, until: Date.now() }) + '\\n')
`

const fileOf = (root: string, profile: string, kind: 'certificate' | 'key'): string =>
  join(root, NODE_CERTIFICATES.find((row) => row.profile === profile)?.[kind] ?? '')
const bundleOf = (root: string, purpose: string): string =>
  join(root, TRUST_BUNDLE_FILES.find((row) => row.purpose === purpose)?.path ?? '')

const joinMaster = async (ca: CaServerProcess, root: string, name: string): Promise<void> => {
  const wish = ['--node', name, '--role', 'master', '--address', '127.0.0.1']
  const made = await ca.ca(['ticket', 'create', ...wish])
  const { ticket } = JSON.parse(made.stdout) as { ticket: string }
  mkdirSync(root)
  const { exitCode, stderr } = await runProgram('node-join', ['--root', root, '--no-start'], ticket)
  if (exitCode !== 0) throw new Error(stderr)
}

const rewrite = (file: string, more: object): void =>
  writeFileSync(file, stringify({ ...(parse(readFileSync(file, 'utf8')) as object), ...more }))

/** What node-join wrote, cut down to etcd, which here is restarted for each new certificate. */
const configure = (member: EtcdMember, all: readonly EtcdMember[]): void => {
  const { root, client, peer, name } = member
  const specs = join(root, NODE_PATHS.specDirectory)
  for (const file of readdirSync(specs)) if (!KEPT_SPECS.test(file)) rmSync(join(specs, file))
  const restart = [{ restart: 'etcd.service' }]
  rewrite(join(specs, 'etcd-server.yaml'), {
    actions: { leaf: restart, key: restart },
    proof: { address: `127.0.0.1:${client}` },
  })
  rewrite(join(specs, 'etcd-peer.yaml'), {
    proof: { address: `127.0.0.1:${peer}`, escalation: { restart: 'etcd.service' } },
  })
  const others = all.filter((each) => each !== member)
  writeFileSync(
    join(root, NODE_PATHS.certmgrConfig),
    stringify({
      serviceManager: { systemctl: [execPath, join(root, 'systemctl.mjs'), root] },
      actionTimeout: '60s',
      restartLeases: {
        waitForCa: '1s',
        turn: '3s',
        members: {
          etcd: Object.fromEntries(others.map((each) => [each.name, `127.0.0.1:${each.client}`])),
        },
      },
    }),
  )
  writeFileSync(join(root, 'systemctl.mjs'), SYSTEMCTL)
  writeFileSync(join(root, 'outages'), '')
  const args = etcdArgs(member, all)
  writeFileSync(join(root, 'etcd.json'), JSON.stringify({ name, port: client, args }))
}

const etcdArgs = (
  { name, root, client, peer }: EtcdMember,
  all: readonly EtcdMember[],
): string[] => {
  const cluster = all.map((each) => `${each.name}=https://127.0.0.1:${each.peer}`).join(',')
  const [clients, peers] = [`https://127.0.0.1:${client}`, `https://127.0.0.1:${peer}`]
  return [
    ...['--name', name, '--data-dir', join(root, 'etcd-data'), '--initial-cluster', cluster],
    ...['--listen-client-urls', clients, '--advertise-client-urls', clients],
    ...['--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers],
    ...['--cert-file', fileOf(root, 'etcd-server', 'certificate')],
    ...['--key-file', fileOf(root, 'etcd-server', 'key')],
    ...['--peer-cert-file', fileOf(root, 'etcd-peer', 'certificate')],
    ...['--peer-key-file', fileOf(root, 'etcd-peer', 'key')],
    ...['--client-cert-auth', '--trusted-ca-file', bundleOf(root, 'etcd-client')],
    ...['--peer-client-cert-auth', '--peer-trusted-ca-file', bundleOf(root, 'etcd-peer')],
  ]
}

const systemctl = (root: string, verb: string) =>
  run(execPath, [join(root, 'systemctl.mjs'), root, verb, 'etcd.service'])

const endEtcd = (root: string): void => {
  try {
    process.kill(Number(readFileSync(join(root, 'etcd.pid'), 'utf8')), 'SIGKILL')
  } catch {
    // It never began, or it has ended.
  }
}

/** Three masters with real certmgrs and a real etcd each, and a real CA; certmgr is not started yet. */
export const startEtcdCluster = async (): Promise<EtcdCluster> => {
  const folder = makeFolder()
  const ca = await startCaServer()
  const members: EtcdMember[] = []
  for (const name of ['master-1', 'master-2', 'master-3'])
    members.push({
      name,
      root: join(folder, name),
      client: await freePort(),
      peer: await freePort(),
    })
  await Promise.all(members.map(({ root, name }) => joinMaster(ca, root, name)))
  for (const member of members) configure(member, members)
  await Promise.all(members.map(({ root }) => systemctl(root, 'start')))
  const certmgrs: ChildProcess[] = []
  const [first] = members as [EtcdMember]
  return {
    ca,
    members,
    startCertmgrs: () => {
      for (const { root } of members) {
        const child = startProgram('certmgr', ['run', '--root', root])
        child.stderr?.resume()
        certmgrs.push(child)
      }
    },
    killCertmgrs: () => {
      for (const child of certmgrs.splice(0)) child.kill('SIGKILL')
    },
    etcdctl: async (...args) => {
      const endpoints = members.map(({ client }) => `https://127.0.0.1:${client}`).join(',')
      const { stdout } = await run(
        'etcdctl',
        [
          ...['--endpoints', endpoints, '--command-timeout', '3s'],
          ...['--cacert', bundleOf(first.root, 'etcd-client')],
          ...['--cert', fileOf(first.root, 'etcd-healthcheck-client', 'certificate')],
          ...['--key', fileOf(first.root, 'etcd-healthcheck-client', 'key')],
          ...args,
        ],
        { env: { ...process.env, ETCDCTL_API: '3' } },
      )
      return stdout
    },
    outages: () =>
      members.flatMap(({ root }) =>
        readFileSync(join(root, 'outages'), 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Outage),
      ),
    dispose: async () => {
      for (const child of certmgrs) child.kill('SIGKILL')
      for (const { root } of members) endEtcd(root)
      await ca.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
