import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { randomBytes } from 'node:crypto'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { Secret } from '@easycerts/shared/encoding'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { formatTicket } from '@easycerts/shared/ticket'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { resultOf, runProgram, startProgram } from '../support/e2e/run-program.ts'

let folder: string
let ca: CaServerProcess
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'easycerts-e2e-'))
  ca = await startCaServer()
}, 60_000)
afterAll(async () => {
  await ca.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** The line for a new ticket; `more` are further options of `ticket create`. */
const ticketOf = async (server: CaServerProcess, node: string, ...more: readonly string[]) => {
  const { stdout, stderr } = await server.ca([
    ...['ticket', 'create', '--node', node, '--address', '127.0.0.1'],
    ...(more.includes('--role') ? more : ['--role', 'worker', ...more]),
  ])
  if (stdout === '') throw new Error(`no ticket: ${stderr}`)
  return (JSON.parse(stdout) as { ticket: string }).ticket
}

const takeTicket = (node: string, ...more: readonly string[]) => ticketOf(ca, node, ...more)

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
    .filter((path) => lstatSync(join(root, path)).isFile())
    .sort()

const openssl = (...args: readonly string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const subjectOf = (path: string): string =>
  openssl('x509', '-in', path, '-noout', '-subject', '-nameopt', 'RFC2253').trim()

const publicKeyOf = (path: string) => openssl('pkey', '-in', path, '-pubout').trim()
const certifiedKeyOf = (path: string) => openssl('x509', '-in', path, '-noout', '-pubkey').trim()

describe('node-join on a worker', () => {
  let root: string
  let ticket: string
  beforeAll(async () => {
    root = newRoot()
    ticket = await takeTicket('worker-1')
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
    expect(publicKeyOf(key)).toBe(certifiedKeyOf(certificate))
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
    const second = await takeTicket('worker-1', '--replace')
    const refused = await joinNode(root, second)
    expect(refused.exitCode).toBe(65)
    expect(refused.stderr).toMatch(/error: .*joined already[^\n]*\n.*hint: .*--rejoin/s)
    const accepted = await joinNode(root, second, '--rejoin')
    expect(accepted).toMatchObject({ exitCode: 0 })
  })

  it('gets all certificates anew when it rejoins under another name', async () => {
    const renamed = await takeTicket('worker-renamed')
    const { exitCode, stderr } = await joinNode(root, renamed, '--rejoin')
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    const subject = subjectOf(join(root, 'etc/kubernetes/pki/kubelet-client.crt'))
    expect(subject).toBe('subject=CN=system:node:worker-renamed,O=system:nodes')
    // Those that do not carry the node's name are still true.
    expect(stderr).toContain('2 certificates issued, 2 already there')
  })

  it('prints its units, and refuses to where nothing has joined', async () => {
    const { stdout } = await runProgram('node-join', ['--root', root, 'units'])
    expect(stdout).toContain('# ==> /etc/systemd/system/kubelet.service\n')
    const nothing = await runProgram('node-join', ['--root', newRoot(), 'units'])
    expect(nothing).toMatchObject({ exitCode: 78, stdout: '' })
  })

  it('prints a result for programs', async () => {
    const other = newRoot()
    const { exitCode, stdout, stderr } = await joinNode(
      other,
      await takeTicket('worker-2'),
      ...['--output', 'json'],
    )
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ node: 'worker-2', role: 'worker', cluster: 'demo' })
  })
})

describe('node-join on a master', () => {
  let root: string
  let ticket: string
  beforeAll(async () => {
    root = newRoot()
    ticket = await takeTicket('master-1', '--role', 'master', '--cluster-admin')
    const { exitCode, stderr } = await joinNode(root, ticket)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  }, 60_000)

  it.each([
    ['etcd/server', 'subject=CN=kube-etcd', 'etcd/client-ca', 'sslserver'],
    ['etcd/peer', 'subject=CN=kube-etcd-peer', 'etcd/peer-ca', 'sslclient'],
    ['apiserver', 'subject=CN=kube-apiserver', 'server-ca', 'sslserver'],
    [
      'apiserver-etcd-client',
      'subject=CN=kube-apiserver-etcd-client',
      'etcd/client-ca',
      'sslclient',
    ],
    ['front-proxy-client', 'subject=CN=front-proxy-client', 'front-proxy-ca', 'sslclient'],
    ['cluster-admin', 'subject=CN=cluster-admin,O=system:masters', 'client-ca', 'sslclient'],
  ])('gets %s as %s', (name, subject, bundle, purpose) => {
    const pki = join(root, 'etc/kubernetes/pki')
    expect(subjectOf(join(pki, `${name}.crt`))).toBe(subject)
    const trust = ['-CAfile', join(pki, `${bundle}.crt`), join(pki, `${name}.crt`)]
    expect(openssl('verify', '-x509_strict', '-purpose', purpose, ...trust)).toContain('OK')
    expect(publicKeyOf(join(pki, `${name}.key`))).toBe(certifiedKeyOf(join(pki, `${name}.crt`)))
  })

  it('keeps its service-account key for ever, even without its public half', async () => {
    const [key, publicKey] = ['sa.key', 'sa.pub'].map((name) =>
      join(root, 'etc/kubernetes/pki', name),
    ) as [string, string]
    expect(statSync(key).mode & 0o777).toBe(0o600)
    const before = [readFileSync(key, 'utf8'), readFileSync(publicKey, 'utf8')]
    expect(publicKeyOf(key)).toBe(before[1]?.trim())
    rmSync(publicKey)
    expect(await joinNode(root, ticket)).toMatchObject({ exitCode: 0 })
    expect([readFileSync(key, 'utf8'), readFileSync(publicKey, 'utf8')]).toEqual(before)
  })

  it('asks anew for what was damaged, and for nothing else', async () => {
    const pki = join(root, 'etc/kubernetes/pki')
    writeFileSync(join(pki, 'scheduler.crt'), 'damaged')
    copyFileSync(join(pki, 'controller-manager.key'), join(pki, 'apiserver.key'))
    const { exitCode, stderr } = await joinNode(root, ticket)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stderr).toContain('2 certificates issued, 15 already there')
  })
})

describe('limits', () => {
  it('gives up when no ticket comes, and says what it waited for', async () => {
    const child = startProgram('node-join', ['--root', newRoot(), '--timeout', '1s'])
    const { exitCode, stderr } = await resultOf(child)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 75 })
    expect(stderr).toContain('error: not done within 1s: reading the ticket')
  })

  it('gives up on a CA that accepts and says nothing', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const line = formatTicket({
      id: 'abcdefghjkmn',
      endpoints: [`https://127.0.0.1:${port}`],
      pins: ['ab'.repeat(32) as PublicKeyPin],
      seed: new Secret(randomBytes(32)),
    }).reveal()
    const root = newRoot()
    const { exitCode, stderr } = await joinNode(root, line, '--timeout', '1s')
    silent.close()
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 75 })
    expect(stderr).toContain('not done within 1s: verifying the CA')
    expect(readdirSync(root)).toEqual([])
  })

  it('ends at once on SIGINT', async () => {
    const child = startProgram('node-join', ['--root', newRoot()])
    const result = resultOf(child)
    child.stderr?.once('data', () => child.kill('SIGINT'))
    const { exitCode, stderr } = await result
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 75 })
    expect(stderr).toContain('SIGINT ended the join')
  })

  it('refuses a root that is not there', async () => {
    const { exitCode, stderr } = await joinNode(join(folder, 'nowhere'), await takeTicket('bad-7'))
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 73 })
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })

  it('refuses an image whose links lead out of it', async () => {
    const [root, outside] = [newRoot(), newRoot()]
    mkdirSync(join(root, 'etc'))
    symlinkSync(outside, join(root, 'etc/kubernetes'))
    const { exitCode, stderr } = await joinNode(root, await takeTicket('bad-8'))
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 77 })
    expect(stderr).toMatch(/leads out of/)
    expect(readdirSync(outside)).toEqual([])
  })

  it.runIf(process.geteuid?.() === 0)('a user who may not write spends no ticket', async () => {
    const root = newRoot()
    chmodSync(folder, 0o755)
    const ticket = await takeTicket('unprivileged-1')
    const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups']
    const { exitCode, stderr } = await resultOf(
      startProgram('node-join', ['--root', root], ['setpriv', ...asNobody]),
      ticket,
    )
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 73 })
    expect(readdirSync(root)).toEqual([])
    expect(await joinNode(root, ticket)).toMatchObject({ exitCode: 0 })
  })
})

describe('bad input', () => {
  const refusals: {
    title: string
    ticket: () => Promise<string>
    more?: readonly string[]
    code: number
    words: RegExp
  }[] = [
    {
      title: 'a damaged ticket',
      ticket: async () => (await takeTicket('bad-1')).replace(/.{5}$/, ''),
      code: 65,
      words: /damaged/,
    },
    {
      title: 'something else',
      ticket: () => Promise.resolve('hello'),
      code: 65,
      words: /not a ticket/,
    },
    {
      title: 'nothing',
      ticket: () => Promise.resolve(''),
      code: 65,
      words: /no ticket on standard/,
    },
    {
      title: 'another node’s ticket',
      ticket: () => takeTicket('bad-2'),
      more: ['--node', 'worker-9'],
      code: 77,
      words: /for node bad-2/,
    },
    {
      title: 'an option that is not there',
      ticket: () => Promise.resolve(''),
      more: ['--frobnicate'],
      code: 64,
      words: /frobnicate/,
    },
    {
      title: 'a time that is none',
      ticket: () => Promise.resolve(''),
      more: ['--timeout', 'soon'],
      code: 65,
      words: /not a duration/,
    },
    {
      title: 'a revoked ticket',
      ticket: async () => {
        const ticket = await takeTicket('bad-3')
        await ca.ca(['ticket', 'revoke', ticket.split('.')[1] ?? ''])
        return ticket
      },
      code: 77,
      words: /revoked/,
    },
    {
      title: 'a ticket that another machine has used',
      ticket: async () => {
        const ticket = await takeTicket('bad-4')
        expect(await joinNode(newRoot(), ticket)).toMatchObject({ exitCode: 0 })
        return ticket
      },
      code: 77,
      words: /used already/,
    },
    {
      title: 'a ticket of a CA that is not there',
      ticket: async () => {
        const other = await startCaServer()
        const ticket = await ticketOf(other, 'bad-5')
        await other.dispose()
        return ticket
      },
      code: 75,
      words: /ECONNREFUSED/,
    },
  ]

  it.each(refusals)('$title: one line, a hint, and nothing written', async (row) => {
    const { ticket, more = [], code, words } = row
    const root = newRoot()
    const { exitCode, stderr } = await joinNode(root, await ticket(), ...more)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: code })
    const lines = stderr.split('\n').filter((line) => line.startsWith('node-join:'))
    expect(lines[0]).toMatch(/^node-join: error: /)
    expect(lines[0]).toMatch(words)
    expect(lines[1]).toMatch(/^node-join: hint: /)
    expect(lines).toHaveLength(2)
    expect(readdirSync(root)).toEqual([])
  })
})
