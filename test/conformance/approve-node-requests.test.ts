import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { describedStack } from '../support/units/described-stack.ts'
import {
  type RequestApi,
  startRequestApi,
  type StoredRequest,
} from '../support/units/request-api.ts'
import { fileOf } from '../support/units/sample-stacks.ts'
import { describeWith } from '../support/needed-tool.ts'

const folder = mkdtempSync(join(tmpdir(), 'easycerts-approve-'))
const script = join(folder, 'approve-node-requests')
const DESCRIPTION = {
  name: 'prod',
  flavour: 'kubeasz',
  masterAddress: '192.168.1.10',
  nodes: [
    { name: 'master-1', roles: ['master'], addresses: ['192.168.1.1'] },
    {
      name: 'worker-1',
      roles: ['node'],
      addresses: ['192.168.1.42', 'fd00::42'],
      names: ['w1.example'],
    },
    { name: 'worker-2', roles: ['node'], addresses: ['192.168.1.43'] },
  ],
}

const openssl = (args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8', cwd: folder })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

const made = new Map<string, string>()

/** A request in PEM, made by OpenSSL. */
const pem = (subject: string, extensions: readonly string[] = [], key = 'ec.pem'): string => {
  const known = made.get([subject, ...extensions, key].join('|'))
  if (known !== undefined) return known
  const text = openssl([
    ...['req', '-new', '-utf8', '-config', 'openssl.cnf', '-key', key, '-subj', subject],
    ...extensions.flatMap((extension) => ['-addext', extension]),
  ])
  made.set([subject, ...extensions, key].join('|'), text)
  return text
}

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64')

const SUBJECT = '/O=system:nodes/CN=system:node:worker-1'
const SAN = 'subjectAltName=DNS:worker-1,IP:192.168.1.42'
const AS_NODE = {
  username: 'system:node:worker-1',
  groups: ['system:nodes', 'system:authenticated'],
}
const AS_BOOTSTRAP = {
  username: 'kubelet-bootstrap',
  groups: ['system:kubelet-bootstrap', 'system:authenticated'],
}
const CLIENT = { usages: ['digital signature', 'key encipherment', 'client auth'] }
const SERVING = { usages: ['digital signature', 'server auth'] }
const CLIENT_SIGNER = { signerName: 'kubernetes.io/kube-apiserver-client-kubelet' }
const SERVING_SIGNER = { signerName: 'kubernetes.io/kubelet-serving' }

type Spec = Readonly<Record<string, unknown>>
const stored = (name: string, spec: Spec, status?: Spec): StoredRequest => ({
  metadata: { name, uid: `uid-${name}` },
  spec,
  ...(status === undefined ? {} : { status }),
})
const client = (text: string, more: Spec = {}): Spec => ({
  request: base64(text),
  ...AS_NODE,
  ...CLIENT,
  ...more,
})
const serving = (text: string, more: Spec = {}): Spec => ({
  request: base64(text),
  ...AS_NODE,
  ...SERVING,
  ...more,
})

let api: RequestApi

const approve = async (args: readonly string[] = []) => {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    KUBECONFIG: join(folder, 'kubeconfig'),
    KUBECTL: 'kubectl',
  }
  return new Promise<{ status: number; lines: string[]; stderr: string }>((resolve) => {
    execFile('bash', [script, ...args], { env, cwd: folder }, (error, stdout, stderr) => {
      const status = error === null ? 0 : Number(error.code)
      resolve({ status, lines: stdout.split('\n').filter((line) => line !== ''), stderr })
    })
  })
}

describeWith('kubectl', 'the script that approves requests of nodes', () => {
  beforeAll(async () => {
    api = await startRequestApi()
    const file = fileOf(describedStack(DESCRIPTION, 'master-1'), 'approve-node-requests')
    writeFileSync(script, file, { mode: 0o755 })
    writeFileSync(
      join(folder, 'openssl.cnf'),
      '[req]\ndistinguished_name=dn\nstring_mask=utf8only\n[dn]\n',
    )
    openssl([
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-out',
      'ec.pem',
    ])
    openssl(['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'rsa.pem'])
    openssl(['genpkey', '-algorithm', 'ED25519', '-out', 'ed.pem'])
    mkdirSync(join(folder, '.kube'))
    writeFileSync(
      join(folder, 'kubeconfig'),
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'a', users: [] },
        clusters: [{ name: 'a', cluster: { server: api.url } }],
        contexts: [{ name: 'a', context: { cluster: 'a', user: '' } }],
      }),
    )
  })
  afterAll(() => {
    api.close()
    rmSync(folder, { recursive: true, force: true })
  })
  afterEach(() => {
    api.beforeGet = () => undefined
    ;(api.approved as string[]).length = 0
  })

  it('is bash', () => {
    const { status, stderr } = spawnSync('bash', ['-n', script], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })

  it('approves what a kubelet asks for', async () => {
    api.nodes = ['master-1', 'worker-1']
    const nameFirst = '/CN=system:node:worker-1/O=system:nodes'
    const all = `${SAN},DNS:w1.example,IP:fd00::42`
    api.requests = [
      stored('renewed', client(pem(SUBJECT).trimEnd(), CLIENT_SIGNER)),
      stored('node-csr-c1qbP6fXQvr3CQQ4kXe8_WqN-', client(pem(nameFirst, [], 'rsa.pem'))),
      stored('first', client(pem('/O=system:nodes/CN=system:node:worker-2'), AS_BOOTSTRAP)),
      stored('serving', serving(pem(SUBJECT, [SAN]))),
      stored('serving-all', serving(pem(SUBJECT, [all]), SERVING_SIGNER)),
    ]
    const { status, lines } = await approve()
    expect(lines).toEqual([
      'approved renewed: client of worker-1',
      'approved node-csr-c1qbP6fXQvr3CQQ4kXe8_WqN-: client of worker-1',
      'approved first: client of worker-2',
      'approved serving: serving of worker-1',
      'approved serving-all: serving of worker-1',
    ])
    expect([status, api.approved]).toEqual([0, api.requests.map(({ metadata }) => metadata.name)])
  })

  const good = () => pem(SUBJECT)
  const ofAnother = () =>
    base64(
      good().replace(/\n(.{20})/, (_, text: string) => `\n${text.split('').reverse().join('')}`),
    )
  const signedByAnother = () => {
    const der = Buffer.from(good().replace(/-----.*-----|\n/g, ''), 'base64')
    der[der.length - 1]! ^= 1
    return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`
  }

  const HOSTILE: readonly (readonly [string, () => Spec, string])[] = [
    ['masters', () => client(pem('/O=system:masters/CN=system:node:worker-1')), 'subject'],
    [
      'masters-too',
      () => client(pem('/O=system:nodes/O=system:masters/CN=system:node:worker-1')),
      'not a node',
    ],
    [
      'masters-beside',
      () => client(pem('/O=system:nodes+O=system:masters/CN=system:node:worker-1')),
      'subject',
    ],
    ['multi-valued', () => client(pem('/O=system:nodes+CN=system:node:worker-1')), 'subject'],
    [
      'two-cns',
      () => client(pem('/O=system:nodes/CN=system:node:worker-1/CN=admin')),
      'its subject',
    ],
    [
      'two-cns-first',
      () => client(pem('/CN=admin/O=system:nodes/CN=system:node:worker-1')),
      'subject',
    ],
    [
      'email',
      () => client(pem('/O=system:nodes/emailAddress=a@b/CN=system:node:worker-1')),
      'not a node',
    ],
    ['no-group', () => client(pem('/CN=system:node:worker-1')), 'subject'],
    ['other-node', () => client(pem('/O=system:nodes/CN=system:node:worker-2')), 'somebody else'],
    ['unknown-node', () => client(pem('/O=system:nodes/CN=system:node:worker-9')), 'not a node'],
    ['upper-case', () => client(pem('/O=system:nodes/CN=system:node:WORKER-1')), 'not a node'],
    [
      'newline',
      () => client(pem('/O=system:nodes/CN=system:node:worker-1\nsubject=x')),
      'not a node',
    ],
    ['newline-in-group', () => client(pem('/O=system:nodes\n/CN=system:node:worker-1')), 'subject'],
    [
      'quote',
      () => client(pem('/O=system:nodes/CN=system:node:worker-1"; touch owned; "')),
      'not a node',
    ],
    ['expansion', () => client(pem('/O=system:nodes/CN=system:node:$(touch owned)')), 'not a node'],
    [
      'subscript',
      () => client(pem('/O=system:nodes/CN=system:node:a[$(touch owned)]')),
      'not a node',
    ],
    ['comma', () => client(pem('/CN=system:node:worker-1,O=system:nodes')), 'not a node'],
    ['spaces', () => client(pem('/O=system:nodes/CN=system:node:worker-1 ')), 'not a node'],
    [
      'extra-name',
      () => serving(pem(SUBJECT, [`${SAN},DNS:kubernetes.default.svc`])),
      'name or address',
    ],
    ['extra-address', () => serving(pem(SUBJECT, [`${SAN},IP:192.168.1.1`])), 'name or address'],
    [
      'longer-name',
      () => serving(pem(SUBJECT, ['subjectAltName=DNS:worker-1.evil'])),
      'name or address',
    ],
    ['shorter-name', () => serving(pem(SUBJECT, ['subjectAltName=DNS:worker'])), 'name or address'],
    ['uri', () => serving(pem(SUBJECT, [`${SAN},URI:spiffe://a`])), 'name or address'],
    ['email-name', () => serving(pem(SUBJECT, [`${SAN},email:a@b`])), 'name or address'],
    ['critical', () => serving(pem(SUBJECT, [SAN.replace('=', '=critical,')])), 'odd extension'],
    ['no-names', () => serving(pem(SUBJECT)), 'kind of certificate'],
    ['names-of-a-client', () => client(pem(SUBJECT, [SAN])), 'kind of certificate'],
    ['a-ca', () => serving(pem(SUBJECT, [SAN, 'basicConstraints=CA:TRUE'])), 'something in it'],
    ['ed25519', () => client(pem(SUBJECT, [], 'ed.pem')), 'something in it'],
    ['serving-by-bootstrap', () => serving(pem(SUBJECT, [SAN]), AS_BOOTSTRAP), 'somebody else'],
    [
      'both-usages',
      () => client(good(), { usages: ['digital signature', 'client auth', 'server auth'] }),
      'neither',
    ],
    [
      'cert-sign',
      () => client(good(), { usages: ['digital signature', 'client auth', 'cert sign'] }),
      'usage',
    ],
    ['any-usage', () => client(good(), { usages: ['any'] }), 'usage'],
    ['no-signature-usage', () => client(good(), { usages: ['client auth'] }), 'digital signature'],
    [
      'twice-a-usage',
      () => client(good(), { usages: ['digital signature', 'client auth', 'client auth'] }),
      'twice',
    ],
    ['no-usages', () => client(good(), { usages: [] }), 'digital signature'],
    ['usages-missing', () => client(good(), { usages: undefined }), 'digital signature'],
    [
      'wrong-signer',
      () => client(good(), { signerName: 'kubernetes.io/kube-apiserver-client' }),
      'signer',
    ],
    ['signer-of-serving', () => client(good(), SERVING_SIGNER), 'signer'],
    ['signer-of-client', () => serving(pem(SUBJECT, [SAN]), CLIENT_SIGNER), 'signer'],
    [
      'signer-begins-so',
      () => client(good(), { signerName: `${CLIENT_SIGNER.signerName}" x` }),
      'signer',
    ],
    ['other-user', () => client(good(), { username: 'system:node:worker-2' }), 'somebody else'],
    [
      'user-with-quote',
      () => client(good(), { username: 'system:node:worker-1"' }),
      'somebody else',
    ],
    [
      'user-with-newline',
      () => client(good(), { username: 'x\nuser "system:node:worker-1"' }),
      'somebody else',
    ],
    [
      'group-with-newline',
      () => client(good(), { groups: ['x"\ngroup "system:nodes'] }),
      'somebody else',
    ],
    ['no-user', () => client(good(), { username: undefined }), 'somebody else'],
    ['no-groups', () => client(good(), { groups: undefined }), 'somebody else'],
    [
      'without-its-group',
      () => client(good(), { groups: ['system:authenticated'] }),
      'somebody else',
    ],
    [
      'bootstrap-without-group',
      () => client(pem('/O=system:nodes/CN=system:node:worker-2'), { ...AS_BOOTSTRAP, groups: [] }),
      'somebody else',
    ],
    ['bootstrap-of-a-node', () => client(good(), AS_BOOTSTRAP), 'there already'],
    ['garbage', () => client('', { request: '%%%' }), 'not base64'],
    ['bad-base64', () => client('', { request: 'QUJD=QUJD' }), 'not base64'],
    ['no-pem', () => client('hello'), 'not one request'],
    [
      'a-certificate',
      () => client(good().replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE')),
      'not one request',
    ],
    [
      'new-style',
      () => client(good().replaceAll('CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST')),
      'not one request',
    ],
    ['two-requests', () => client(pem('/O=system:masters/CN=admin') + good()), 'not one request'],
    ['text-before', () => client(`subject=O=system:nodes\n${good()}`), 'not one request'],
    [
      'headers',
      () => client(good().replace('\n', '\nProc-Type: 4,ENCRYPTED\n\n')),
      'not one request',
    ],
    ['nul', () => client(good().replace('\n', '\n\0')), 'not base64 of a text'],
    ['empty', () => client('', { request: '' }), 'not base64'],
    ['damaged', () => ({ ...client(''), request: ofAnother() }), 'not a request'],
    ['wrong-signature', () => client(signedByAnother()), 'not signed by its own key'],
    ['huge', () => client(`${good()}${'\n'.repeat(2_000_000)}`), 'not base64'],
    ['bad.name/../x', () => client(good()), 'odd name'],
    ['$(touch owned)', () => client(good()), 'odd name'],
    ["';touch owned;'", () => client(good()), 'odd name'],
    ['--all', () => client(good()), 'odd name'],
    ['a b', () => client(good()), 'odd name'],
    ['end\nrequest "renewed"', () => client(good()), 'odd name'],
  ]

  describe('leaves alone what is hostile', () => {
    let left: string[] = []
    beforeAll(async () => {
      api.nodes = ['master-1', 'worker-1']
      api.requests = HOSTILE.map(([name, spec]) => stored(name, spec()))
      const { status, lines } = await approve()
      expect(status).toBe(0)
      left = lines
    })

    it('all of it', () => {
      expect(left.filter((line) => line.startsWith('approved'))).toEqual([])
      expect(left).toHaveLength(HOSTILE.length)
    })

    it.each(HOSTILE.map(([name, , reason], index) => [name, reason, index] as const))(
      '%j, for this reason: %s',
      (name, reason, index) => {
        const isOdd = reason === 'odd name'
        expect(left[index]).toMatch(isOdd ? /^left a request with an odd name$/ : /^left /)
        expect(left[index]).toContain(isOdd ? reason : `left ${name}: `)
        expect(left[index]).toContain(reason)
      },
    )

    it('and runs nothing of it', () => {
      expect(spawnSync('find', [folder, '-name', 'owned*'], { encoding: 'utf8' }).stdout).toBe('')
    })
  })

  it('leaves decided requests alone, and says nothing of them', async () => {
    api.nodes = []
    const decided = (type: string) => ({ conditions: [{ type, status: 'True' }] })
    api.requests = [
      stored('denied', client(good()), decided('Denied')),
      stored('failed', client(good()), decided('Failed')),
      stored('approved', client(good()), decided('Approved')),
      stored('issued', client(good()), { certificate: 'QQ==' }),
    ]
    expect((await approve()).lines).toEqual([])
    expect(api.approved).toEqual([])
  })

  it('approves no other request that took the place of the one it judged', async () => {
    api.requests = [stored('swapped', client(good()))]
    api.beforeGet = () => {
      const masters = stored('swapped', client(pem('/O=system:masters/CN=admin')))
      api.requests = [{ ...masters, metadata: { name: 'swapped', uid: 'another' } }]
    }
    expect((await approve()).lines).toEqual(['left swapped: it is not the request that was judged'])
    expect(api.approved).toEqual([])
  })

  it('lets nobody in by bootstrap while it cannot know which nodes there are', async () => {
    api.nodes = undefined
    api.requests = [
      stored('first', client(pem('/O=system:nodes/CN=system:node:worker-2'), AS_BOOTSTRAP)),
    ]
    expect((await approve()).lines).toEqual(['left first: the nodes that are there are not known'])
  })

  it('refuses a limit that is no number, and fails where kube-apiserver does not answer', async () => {
    expect((await approve(['$(touch owned)'])).status).toBe(64)
    writeFileSync(join(folder, 'kubeconfig'), JSON.stringify({ clusters: [] }))
    expect((await approve()).status).toBe(69)
  })
})
