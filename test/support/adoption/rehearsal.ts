import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CA_SERVER_BIN } from '../ca-server-process.ts'
import type { LoneHost } from '../cni/lone-host.ts'
import { makeEasyCertsMaster } from './easycerts-master.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const HERE = import.meta.dirname
const CERTMGR_BIN = fileURLToPath(new URL('../../../apps/certmgr/bin/certmgr.js', import.meta.url))
export const DATA = '/var/lib/easycerts-ca'
const WORKERS = '/var/lib/workers'
const SYSTEMCTL = '/run/systemctl'

/** One renewal of a worker. */
export interface Renewal {
  readonly serialNumber?: string
  readonly failure?: string
  readonly milliseconds: number
}

/** A NixOS-like master with a real cfssl that serves, on a host of its own, and workers that renew. */
export interface Rehearsal {
  readonly systemctl: (...words: readonly string[]) => string
  /** `ca-server import easycerts` with these words. */
  readonly importEasyCerts: (...words: readonly string[]) => {
    readonly status: number | null
    readonly stdout: string
    readonly stderr: string
  }
  readonly caServer: Rehearsal['importEasyCerts']
  /** The same, killed at its nth call of that name. False if it made fewer. */
  readonly importKilledAt: (call: string, nth: number, ...words: readonly string[]) => boolean
  /** Whether whoever has the port tells the CA's certificate. */
  readonly isServed: () => boolean
  /** Starts renewals; the result ends them and tells of each. */
  readonly renewEvery: (
    milliseconds: number,
    whose?: 'admins',
  ) => Promise<() => Promise<readonly Renewal[]>>
  /** Every name, mode, owner, time and octet of what the old cluster has. */
  readonly state: () => string
  readonly workers: () => string
  /** certmgr of a worker, with an old configuration and an old spec; their files are part of `workers`. */
  readonly certmgr: Rehearsal['importEasyCerts']
  /** Ends what still runs: the namespace would live on with it. */
  readonly end: () => void
}

/** A worker's four certificates, and some that the master's own certmgr asks for over loopback. */
const REQUESTS: readonly (readonly [name: string, subject: string, names?: string])[] = [
  ['kubelet', '/CN=worker-1.example.net'],
  ['kubelet-client', '/O=system:nodes/CN=system:node:worker-1.example.net'],
  ['kube-proxy-client', '/CN=system:kube-proxy'],
  ['flannel-client', '/CN=flannel-client'],
  ['kube-apiserver', '/CN=kubernetes', 'DNS:kubernetes.default.svc,DNS:localhost,IP:10.0.0.1'],
  ['etcd-client', '/CN=etcd-client'],
  ['kube-controller-manager-client', '/CN=system:kube-controller-manager'],
]
const ADMINS = '/var/lib/admins'
const OLD_CERTMGR = '/var/lib/old-certmgr'

/** As NixOS writes them for the old certmgr. */
const oldCertmgrFiles = (port: number): Readonly<Record<string, unknown>> => ({
  'certmgr.json': { dir: `${OLD_CERTMGR}/specs`, svcmgr: 'command', state: `${OLD_CERTMGR}/state` },
  'specs/kubelet.json': {
    action: 'true',
    authority: {
      remote: `https://localhost:${port}`,
      root_ca: '/var/lib/cfssl/ca.pem',
      profile: 'default',
      auth_key_file: '/var/lib/cfssl/apitoken.secret',
    },
    certificate: { path: `${WORKERS}/worker-2.pem` },
    private_key: { path: `${WORKERS}/worker-2-key.pem`, mode: '0600' },
    request: {
      CN: 'worker-2.example.net',
      hosts: ['worker-2.example.net'],
      key: { algo: 'rsa', size: 2048 },
      names: [{}],
    },
  },
})

export const beginRehearsal = (host: LoneHost, port: number): Rehearsal => {
  const folder = temporaryFolder()
  makeEasyCertsMaster(folder, port)
  // What the host has of its own is laid over this machine's, and is gone with it.
  for (const tree of ['etc', 'var/lib'])
    host.run('cp', '-a', join(folder, tree), join('/', tree, '..'))
  const script = `#!/bin/sh\nexec ${process.execPath} ${join(HERE, 'systemctl.mjs')} "$@"\n`
  host.write(SYSTEMCTL, script)
  host.run('chmod', '755', SYSTEMCTL)
  const request = (directory: string, name: string, subject: string, names?: string): void => {
    const [key, csr] = [`${directory}/${name}-key.pem`, `${directory}/${name}.csr`]
    const extension = names === undefined ? [] : ['-addext', `subjectAltName=${names}`]
    const newKey = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', csr]
    host.run('mkdir', '-p', directory)
    host.run('openssl', 'req', '-new', ...newKey, '-subj', subject, ...extension)
  }
  for (const row of REQUESTS) request(WORKERS, ...row)
  request(ADMINS, 'cluster-admin', '/O=system:masters/CN=cluster-admin')
  host.run('mkdir', '-p', `${OLD_CERTMGR}/specs`)
  for (const [name, content] of Object.entries(oldCertmgrFiles(port)))
    host.write(`${OLD_CERTMGR}/${name}`, JSON.stringify(content))
  const systemctl = (...words: readonly string[]): string => host.run(SYSTEMCTL, ...words)
  systemctl('start', 'cfssl.service')
  const words = (...more: readonly string[]): string[] => [
    ...[process.execPath, CA_SERVER_BIN, '--data-directory', DATA, '--output', 'json', ...more],
  ]
  const importWords = (...more: readonly string[]): string[] =>
    words('import', 'easycerts', '--systemctl', SYSTEMCTL, '--insecure-plaintext-keys', ...more)
  return {
    systemctl,
    caServer: (...more) => host.ask(words(...more), ''),
    importEasyCerts: (...more) => host.ask(importWords(...more), ''),
    importKilledAt: (call, nth, ...more) => {
      const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${nth}`]
      // What it starts is not to be killed with it; libuv's threads count for themselves, so there is one.
      const strace = ['strace', '-qq', '-f', '-b', 'execve', '-o', '/dev/null', ...inject]
      return (
        host.ask(['env', 'UV_THREADPOOL_SIZE=1', ...strace, ...importWords(...more)], '').status !==
        0
      )
    },
    isServed: () => {
      const url = `https://localhost:${port}/api/v1/cfssl/info`
      const curl = ['curl', '-sf', '--cacert', '/var/lib/cfssl/ca.pem', '-m', '5', '-d', '{}', url]
      return host.ask(curl, '').stdout.includes('BEGIN CERTIFICATE')
    },
    renewEvery: (milliseconds, whose) =>
      startRenewals(host, port, milliseconds, whose === 'admins' ? ADMINS : WORKERS),
    certmgr: (...more) =>
      host.ask([process.execPath, CERTMGR_BIN, ...more, '-f', `${OLD_CERTMGR}/certmgr.json`], ''),
    state: () => host.run('sh', '-c', LISTING),
    end: () => void systemctl('stop', 'cfssl.service', 'ca-server.service'),
    workers: () => host.run('sh', '-c', `cd ${WORKERS} && sha256sum * && stat -c '%n %a %u %Y' *`),
  }
}

/** A directory's own time tells of names that came and went, and of nothing else. */
const LISTING = `cd / && trees="var/lib/cfssl etc/static etc/kubernetes etc/systemd"
find $trees -type d -printf '%p %m %U:%G\\n' -o -printf '%p %m %U:%G %T@ %s %l\\n' | sort
find $trees -type f | sort | xargs sha256sum`

const startRenewals = async (
  host: LoneHost,
  port: number,
  milliseconds: number,
  directory: string,
): Promise<() => Promise<readonly Renewal[]>> => {
  const words = [
    String(port),
    '/var/lib/cfssl/ca.pem',
    '/var/lib/cfssl/apitoken.secret',
    directory,
    String(milliseconds),
  ]
  const argv = host.inside(process.execPath, join(HERE, 'old-certmgrs.mjs'), ...words)
  const child = spawn('nsenter', argv, { stdio: ['pipe', 'pipe', 'pipe'] })
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  await once(child.stderr, 'data')
  return async () => {
    const closed = endOf(child)
    child.stdin.end()
    await closed
    return JSON.parse(Buffer.concat(said).toString()) as Renewal[]
  }
}

const endOf = async (child: ChildProcess): Promise<void> => {
  await once(child, 'close')
}
