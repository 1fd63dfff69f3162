import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { runProgram } from '../support/e2e/run-program.ts'
import { type RunningCa, startCa } from '../support/e2e/start-ca.ts'

let folder: string
let ca: RunningCa
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'easycerts-e2e-'))
  ca = await startCa(folder)
}, 60_000)
afterAll(async () => {
  await ca.stop()
  rmSync(folder, { recursive: true, force: true })
})

let roots = 0
/** An empty root; a master's has the users that own its keys. */
const newRoot = (): string => {
  const root = join(folder, `root-${++roots}`)
  mkdirSync(root)
  return root
}

const joinNode = (root: string, ticket: string, ...more: readonly string[]) =>
  runProgram('node-join', ['--root', root, ...more], `${ticket}\n`)

/** Every file below a root but the journals, with its mode. */
const filesBelow = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(root, path)).isFile())
    .sort()

const openssl = (...args: readonly string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const subjectOf = (path: string): string =>
  openssl('x509', '-in', path, '-noout', '-subject', '-nameopt', 'RFC2253').trim()

const pkcs8Pin = (path: string) => openssl('pkey', '-in', path, '-pubout').trim()
const certificatePin = (path: string) => openssl('x509', '-in', path, '-noout', '-pubkey').trim()

describe('node-join on a worker', () => {
  let root: string
  let ticket: string
  beforeAll(async () => {
    root = newRoot()
    ticket = await ca.ticket('worker-1', 'worker')
    const { exitCode, stderr } = await joinNode(root, ticket, '--node', 'worker-1')
    expect(stderr).toContain('ok ')
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  }, 60_000)

  it.each([
    ['kubelet-client', 'subject=CN=system:node:worker-1,O=system:nodes', 'client-ca', 'sslclient'],
    ['kubelet', 'subject=CN=system:node:worker-1,O=system:nodes', 'server-ca', 'sslserver'],
    [
      'kube-proxy-client',
      'subject=CN=system:kube-proxy,O=system:node-proxier',
      'client-ca',
      'sslclient',
    ],
    ['flannel-client', 'subject=CN=flannel-client', 'client-ca', 'sslclient'],
  ])('gets %s as %s', (name, subject, bundle, purpose) => {
    const pki = join(root, 'etc/kubernetes/pki')
    const certificate = join(pki, `${name}.crt`)
    expect(subjectOf(certificate)).toBe(subject)
    const verdict = openssl(
      ...['verify', '-x509_strict', '-purpose', purpose],
      ...['-CAfile', join(pki, `${bundle}.crt`), certificate],
    )
    expect(verdict).toContain('OK')
    const key = join(pki, `${name}.key`)
    expect(statSync(key).mode & 0o777).toBe(0o600)
    expect(pkcs8Pin(key)).toBe(certificatePin(certificate))
  })

  it('has nothing of the control plane', () => {
    const files = filesBelow(root)
    expect(files.filter((path) => /etcd|apiserver|sa\.key|admin/.test(path))).toEqual([])
  })

  it('writes kubeconfigs that refer to files that are there', () => {
    for (const name of ['kubelet', 'kube-proxy', 'flannel']) {
      const path = join(root, `etc/kubernetes/${name}.conf`)
      expect(statSync(path).mode & 0o777).toBe(0o600)
      const config = parse(readFileSync(path, 'utf8')) as {
        users: { user: Record<string, string> }[]
        clusters: { cluster: Record<string, string> }[]
      }
      const { user } = config.users[0] ?? { user: {} }
      const { cluster } = config.clusters[0] ?? { cluster: {} }
      for (const file of [
        user['client-certificate'],
        user['client-key'],
        cluster['certificate-authority'],
      ])
        expect(existsSync(join(root, file ?? 'missing'))).toBe(true)
    }
  })

  it('leaves no temporary file and no journal', () => {
    expect(
      filesBelow(root).filter((path) => /easycerts-[0-9a-f]{16}$|journal.*json$/.test(path)),
    ).toEqual([])
  })

  it('is run again and changes nothing', async () => {
    const before = filesBelow(root).map((path) => [path, statSync(join(root, path)).mtimeMs])
    const { exitCode, stderr } = await joinNode(root, ticket)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stderr).toContain('0 certificates issued, 4 already there')
    const after = filesBelow(root).map((path) => [path, statSync(join(root, path)).mtimeMs])
    const changed = after.filter((entry) => !before.some((old) => String(old) === String(entry)))
    expect(changed.map(([path]) => path)).toEqual([])
  })

  it('refuses another ticket, unless it is to rejoin', async () => {
    const second = await ca.ticket('worker-1', 'worker', '--replace')
    const refused = await joinNode(root, second)
    expect(refused.exitCode).toBe(65)
    expect(refused.stderr).toMatch(/error: .*joined already[^\n]*\n.*hint: .*--rejoin/s)
    const accepted = await joinNode(root, second, '--rejoin')
    expect(accepted).toMatchObject({ exitCode: 0 })
  })

  it('prints a result for programs', async () => {
    const other = newRoot()
    const { exitCode, stdout, stderr } = await joinNode(
      other,
      await ca.ticket('worker-2', 'worker'),
      ...['--output', 'json'],
    )
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ node: 'worker-2', role: 'worker', cluster: 'demo' })
  })
})

describe('bad input', () => {
  const refusals: [string, () => Promise<string>, readonly string[], number, RegExp][] = [
    [
      'a damaged ticket',
      async () => (await ca.ticket('bad-1', 'worker')).replace(/.{5}$/, ''),
      [],
      65,
      /damaged/,
    ],
    ['something else', () => Promise.resolve('hello'), [], 65, /not a ticket/],
    ['nothing', () => Promise.resolve(''), [], 65, /no ticket on standard input/],
    [
      'another node’s ticket',
      () => ca.ticket('bad-2', 'worker'),
      ['--node', 'worker-9'],
      77,
      /for node bad-2/,
    ],
    ['an option that is not there', () => Promise.resolve(''), ['--frobnicate'], 64, /frobnicate/],
    ['a time that is none', () => Promise.resolve(''), ['--timeout', 'soon'], 65, /not a duration/],
  ]

  it.each(refusals)(
    '%s: one line, a hint, and nothing written',
    async (_t, ticket, more, code, words) => {
      const root = newRoot()
      const { exitCode, stderr } = await joinNode(root, await ticket(), ...more)
      expect({ exitCode, stderr }).toMatchObject({ exitCode: code })
      const lines = stderr.split('\n').filter((line) => line.startsWith('node-join:'))
      expect(lines[0]).toMatch(/^node-join: error: /)
      expect(lines[0]).toMatch(words)
      expect(lines[1]).toMatch(/^node-join: hint: /)
      expect(lines).toHaveLength(2)
      expect(readdirSync(root)).toEqual([])
    },
  )

  it('a revoked ticket', async () => {
    const root = newRoot()
    const ticket = await ca.ticket('bad-3', 'worker')
    await ca.run('ticket', 'revoke', ticket.split('.')[1] ?? '')
    const { exitCode, stderr } = await joinNode(root, ticket)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 77 })
    expect(stderr).toMatch(/revoked/)
  })

  it('a ticket that another machine has used', async () => {
    const ticket = await ca.ticket('bad-4', 'worker')
    expect(await joinNode(newRoot(), ticket)).toMatchObject({ exitCode: 0 })
    const { exitCode, stderr } = await joinNode(newRoot(), ticket)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 77 })
    expect(stderr).toMatch(/used already/)
  })

  it('a ticket whose CA is not there', async () => {
    const other = await startCa(newRoot())
    const ticket = await other.ticket('bad-5', 'worker')
    await other.stop()
    const root = newRoot()
    const { exitCode, stderr } = await joinNode(root, ticket)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 75 })
    expect(stderr).toMatch(/ECONNREFUSED/)
    expect(readdirSync(root)).toEqual([])
  })
})
