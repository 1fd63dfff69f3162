import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { loadOwnerIds, publishLinked } from '@easycerts/adapters/files'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, makeFolder, startCaServer } from '../support/ca-server-process.ts'
import { filesOf, fingerprintOf } from '../support/file-tree.ts'
import { openssl } from '../support/openssl.ts'
import { runNodeJoin } from '../support/run-node-join.ts'

let folder: string
let ca: CaServerProcess
beforeAll(async () => {
  folder = makeFolder()
  ca = await startCaServer()
})
afterAll(async () => {
  await ca.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const ACCOUNTS = /\/etc\/(\.pwd\.lock|(group|gshadow|passwd|shadow)-?)$/

const takeTicket = async (node: string, ...more: readonly string[]): Promise<string> => {
  const words = ['ticket', 'create', '--node', node]
  const role = more.includes('--role') ? [] : ['--role', 'worker', '--address', '10.0.0.11']
  const { stdout, stderr } = await ca.ca([...words, ...role, ...more])
  if (stdout === '') throw new Error(`no ticket: ${stderr}`)
  return (JSON.parse(stdout) as { ticket: string }).ticket
}

let roots = 0
const newRoot = (): string => {
  const root = join(folder, `root-${++roots}`)
  mkdirSync(root)
  return root
}

const run = (root: string, words: readonly string[], input = '') =>
  runNodeJoin(['--root', root, ...words], input)

const resultOf = async (root: string, words: readonly string[], input = '') => {
  const { stdout, exitCode, stderr } = await run(root, ['--output', 'json', ...words], input)
  return { exitCode, stderr, result: JSON.parse(stdout) as Record<string, unknown> }
}

const joined = async (node: string, ...more: readonly string[]) => {
  const root = newRoot()
  const ticket = await takeTicket(node, ...more)
  const { exitCode, stderr } = await run(root, [], ticket)
  expect(exitCode, stderr).toBe(0)
  return { root, ticket }
}

interface Planned {
  readonly ca: { readonly pin: string; readonly clockOffset: number }
  readonly node: { readonly name: string }
  readonly certificates: readonly Record<string, unknown>[]
  readonly files: readonly { readonly action: string; readonly path: string }[]
  readonly changesNothing: boolean
}

describe('node-join plan', () => {
  it('shows all that the join then does, and leaves disk and CA as they are', async () => {
    const root = newRoot()
    const ticket = await takeTicket('worker-1')
    const { exitCode, result } = await resultOf(root, ['plan'], ticket)
    const plan = result as unknown as Planned
    expect(exitCode).toBe(0)
    expect(filesOf(root)).toEqual([])
    expect(plan.node.name).toBe('worker-1')
    expect(Math.abs(plan.ca.clockOffset)).toBeLessThan(2000)
    expect(plan.certificates).toContainEqual(
      expect.objectContaining({
        profile: 'kubelet-serving',
        action: 'issue',
        subject: 'CN=system:node:worker-1, O=system:nodes',
        names: ['worker-1', '10.0.0.11'],
        issuer: 'cluster-g1',
      }),
    )
    expect((await run(root, [], ticket)).exitCode).toBe(0)
    const written = new Set(filesOf(root).map((path) => path.slice(root.length)))
    const promised = [
      ...plan.files.map(({ path }) => path),
      ...plan.certificates.flatMap(({ certificate, key }) => [String(certificate), String(key)]),
    ]
    expect(promised.filter((path) => !written.has(path))).toEqual([])
    const unexpected = [...written].filter(
      (path) => !promised.includes(path) && !path.startsWith('/var/lib/easycerts/'),
    )
    expect(unexpected).toEqual([])
  })

  it('says of a node that has joined that nothing changes, and else what would', async () => {
    const { root, ticket } = await joined('worker-2')
    const before = fingerprintOf(root)
    const settled = await resultOf(root, ['plan'], ticket)
    expect(settled.result).toMatchObject({ changesNothing: true, identity: 'continue' })
    rmSync(join(root, 'etc/kubernetes/pki/kubelet.key'))
    appendFileSync(join(root, 'etc/systemd/system/kubelet.service'), '# mine\n')
    const { result } = await resultOf(root, ['plan'], ticket)
    const { certificates, files } = result as unknown as Planned
    expect(certificates.filter(({ action }) => action !== 'keep')).toMatchObject([
      { profile: 'kubelet-serving', action: 'issue', reason: 'missing' },
    ])
    expect(files.filter(({ action }) => action !== 'keep')).toMatchObject([
      { action: 'replace', path: '/etc/systemd/system/kubelet.service' },
    ])
    expect(fingerprintOf(root).length).toBe(before.length - 1)
  })

  it('with a timer for certmgr says so, and a later look finds what the join left', async () => {
    const [root, ticket] = [newRoot(), await takeTicket('worker-11')]
    expect((await run(root, ['--certmgr-timer'], ticket)).exitCode).toBe(0)
    const unit = readFileSync(join(root, 'etc/systemd/system/certmgr.service'), 'utf8')
    expect(unit).toContain('Type=oneshot')
    expect(existsSync(join(root, 'etc/systemd/system/certmgr.timer'))).toBe(true)
    const { result } = await resultOf(root, ['plan'], ticket)
    expect(result).toMatchObject({ changesNothing: true })
    expect((await run(root, ['status'])).exitCode).toBe(0)
    expect((await run(root, ['reset', '--yes'])).exitCode).toBe(0)
    expect(filesOf(root)).toEqual([])
  })

  it('fails as the join would: another ticket, another node, a revoked ticket', async () => {
    const { root } = await joined('worker-3')
    const other = await takeTicket('worker-3', '--replace')
    expect(await run(root, ['plan'], other)).toMatchObject({ exitCode: 65, stdout: '' })
    const replaced = await resultOf(root, ['--rejoin', 'plan'], other)
    expect(replaced.result).toMatchObject({ identity: 'ask', ticket: { replacesNode: true } })
    const wrong = await run(newRoot(), ['--node', 'worker-9', 'plan'], other)
    expect(wrong).toMatchObject({ exitCode: 77, stdout: '' })
    await ca.ca(['ticket', 'revoke', other.split('.')[1] ?? ''])
    expect(await run(root, ['--rejoin', 'plan'], other)).toMatchObject({ exitCode: 77, stdout: '' })
  })
})

describe('node-join status', () => {
  it('tells who the node is and that all is well, with the CA not asked', async () => {
    const { root } = await joined('worker-4')
    const { exitCode, result } = await resultOf(root, ['status'])
    expect(exitCode).toBe(0)
    expect(result).toMatchObject({
      isWell: true,
      problems: [],
      identity: { state: 'good', node: 'worker-4', role: 'worker', cluster: 'demo' },
      trust: { epoch: 1 },
      log: { epoch: 1 },
    })
    expect(result['certificates']).toContainEqual(
      expect.objectContaining({ profile: 'kubelet-client', state: 'good', daysLeft: 29 }),
    )
    expect((await run(root, ['status'])).stdout).toContain('All is well.')
  })

  it('names each thing that is wrong, and fails', async () => {
    const { root } = await joined('worker-5')
    const at = (path: string) => join(root, path)
    rmSync(at('etc/kubernetes/kubelet.conf'))
    writeFileSync(at('etc/kubernetes/pki/client-ca.crt'), 'nonsense')
    rmSync(at('etc/kubernetes/pki/flannel-client.key'))
    rmSync(at('var/lib/easycerts/identity/confirmed'))
    rmSync(at('etc/systemd/system/kube-proxy.service'))
    const { exitCode, result, stderr } = await resultOf(root, ['status'])
    expect(exitCode, stderr).toBe(75)
    expect(stderr).toContain('ERR_NODE_NOT_WELL')
    expect(result['problems']).toEqual(
      expect.arrayContaining([
        'identity: unconfirmed',
        'certificate flannel-client: missing',
        'trust bundle client-ca: unreadable',
        '/etc/kubernetes/kubelet.conf: missing',
        'kube-proxy.service: not installed',
      ]),
    )
  })

  it('says that a clock that is years off makes all look expired or not yet valid', async () => {
    const { root } = await joined('worker-6')
    for (const [year, state] of [
      [2099, 'expired'],
      [1970, 'not yet valid'],
    ] as const) {
      const clock = () => new Date(`${year}-06-01T00:00:00Z`)
      const { exitCode, stdout } = await runNodeJoin(['--root', root, 'status'], '', { clock })
      expect(exitCode).toBe(75)
      expect(stdout).toContain(`wrong: certificate kubelet-client: ${state}`)
    }
  })

  it('tells that nothing has joined', async () => {
    expect(await run(newRoot(), ['status'])).toMatchObject({ exitCode: 78 })
  })
})

describe('node-join reset', () => {
  it('asks before it does anything', async () => {
    const { root } = await joined('worker-7')
    const before = fingerprintOf(root)
    expect(await run(root, ['reset'])).toMatchObject({ exitCode: 64, stdout: '' })
    const typed = { isTicketTyped: true }
    const wrong = await runNodeJoin(['--root', root, 'reset'], 'yes\n', typed)
    expect(wrong).toMatchObject({ exitCode: 64, stdout: '' })
    expect((await run(root, ['reset', '--dry-run'])).exitCode).toBe(0)
    expect(fingerprintOf(root)).toEqual(before)
    const right = await runNodeJoin(['--root', root, 'reset'], 'worker-7\n', typed)
    expect(right.exitCode, right.stderr).toBe(0)
    expect(filesOf(root)).toEqual([])
    expect(right.stdout).toContain('ca-server node remove worker-7')
  })

  it('keeps what somebody changed or added, and names it', async () => {
    const { root } = await joined('worker-8')
    const at = (path: string) => join(root, path)
    appendFileSync(at('etc/systemd/system/kubelet.service'), '# mine\n')
    writeFileSync(at('etc/easycerts/certmgr.d/mine.yaml'), 'kind: Certificate\n')
    writeFileSync(at('etc/kubernetes/mine.conf'), 'mine\n')
    openssl([
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', at('etc/kubernetes/pki/kubelet.key'), '-subj', '/CN=mine'],
      ...['-out', at('etc/kubernetes/pki/kubelet.crt')],
    ])
    const { exitCode, result } = await resultOf(root, ['reset', '--yes'])
    expect(exitCode).toBe(0)
    const left = filesOf(root).map((path) => path.slice(root.length))
    const named = (result['kept'] as { path: string }[]).map(({ path }) => path)
    expect(left.toSorted()).toEqual([...named, '/etc/kubernetes/mine.conf'].toSorted())
    expect(named).toHaveLength(4)
  })

  it('takes renewed certificates for its own, and goes on to a new join', async () => {
    const { root } = await joined('worker-9')
    rmSync(join(root, 'etc/kubernetes/pki/kubelet.key'))
    // What certmgr would do: another key and certificate at the same place.
    const manifest = join(root, 'var/lib/easycerts/manifest.json')
    const old = readFileSync(manifest, 'utf8')
    expect((await run(root, [], await takeTicket('worker-9', '--replace'))).exitCode).toBe(65)
    const again = await run(root, ['--rejoin'], await takeTicket('worker-9', '--replace'))
    expect(again.exitCode, again.stderr).toBe(0)
    writeFileSync(manifest, old)
    expect((await run(root, ['reset', '--yes'])).exitCode).toBe(0)
    expect(filesOf(root)).toEqual([])
    const next = await run(root, [], await takeTicket('worker-9', '--replace'))
    expect(next.exitCode, next.stderr).toBe(0)
    expect((await run(root, ['reset', '--yes'])).exitCode).toBe(0)
    expect(await run(root, ['reset', '--yes'])).toMatchObject({ exitCode: 0 })
  })

  it('of a master keeps the service-account key, the data of etcd and a CA, unless asked', async () => {
    const { root } = await joined('master-1', '--role', 'master')
    const at = (path: string) => join(root, path)
    for (const directory of ['var/lib/etcd/member', 'var/lib/easycerts-ca'])
      mkdirSync(at(directory), { recursive: true })
    writeFileSync(at('var/lib/etcd/member/db'), 'the state of the cluster')
    expect((await run(root, ['reset', '--yes', '--keep-units'])).exitCode).toBe(0)
    const left = () => filesOf(root).map((path) => path.slice(root.length))
    expect(left()).toEqual(
      expect.arrayContaining([
        '/etc/kubernetes/pki/sa.key',
        '/etc/systemd/system/ca-server.service',
        '/etc/systemd/system/etcd.service',
        '/var/lib/etcd/member/db',
      ]),
    )
    expect(left().filter((path) => /\.crt$|admin|identity/.test(path))).toEqual([])
  })

  it('removes these too when it is told to', async () => {
    const { root } = await joined('master-2', '--role', 'master')
    const etcd = join(root, 'var/lib/etcd/member')
    mkdirSync(etcd, { recursive: true })
    writeFileSync(join(etcd, 'db'), 'the state of the cluster')
    const { exitCode, stderr } = await run(root, [
      ...['reset', '--yes', '--etcd-data', '--service-account-key'],
    ])
    expect(exitCode, stderr).toBe(0)
    // systemd-sysusers made the owners of keys; who removes a user may leave files that nobody owns.
    expect(filesOf(root).filter((path) => !ACCOUNTS.test(path))).toEqual([])
  })

  it('leaves nothing of a certificate that certmgr publishes by a link', async () => {
    const { root } = await joined('worker-12')
    const directory = join(root, 'etc/kubernetes/pki')
    const files = ['kubelet.key', 'kubelet.crt'].map((name) => {
      const path = join(directory, name)
      return { path, content: readFileSync(path), mode: statSync(path).mode & 0o777 }
    })
    const ids = loadOwnerIds('/', 1)
    await publishLinked({ directory, name: 'kubelet-serving', files, ids })
    expect(lstatSync(join(directory, 'kubelet.key')).isSymbolicLink()).toBe(true)
    expect((await run(root, ['reset', '--yes'])).exitCode).toBe(0)
    expect(filesOf(root)).toEqual([])
    expect(existsSync(directory)).toBe(false)
  })

  it('removes what somebody changed when it is forced to', async () => {
    const { root } = await joined('worker-10')
    appendFileSync(join(root, 'etc/systemd/system/kubelet.service'), '# mine\n')
    expect((await run(root, ['reset', '--yes', '--force'])).exitCode).toBe(0)
    expect(filesOf(root)).toEqual([])
  })
})
