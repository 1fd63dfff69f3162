import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { MAX_BODY_OCTETS, parseReply, type RouteName, ROUTES } from '@easycerts/shared/api'
import { CLUSTER, WORKER } from '../../../support/sample-cluster.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

const JOIN = { ticket: 'abcdefghjkmn', csr: 'PEM', signature: 'A'.repeat(86), node: 'worker-1' }
const TICKET = {
  node: 'worker-1',
  role: 'worker',
  hosts: ['192.0.2.21'],
  clusterAdmin: false,
  ttl: '1h',
  replace: false,
  publicKey: 'A'.repeat(59),
}
const ADMIN = { csr: 'PEM', user: 'jane', groups: ['dev'], ttl: '8h' }
const CERTIFICATE = { profile: 'kubelet-client', csr: 'PEM' }
const ISSUE = { ...CERTIFICATE, node: 'worker-1', groups: [] }
const REVOCATION = { target: { kind: 'node', node: 'worker-1' }, reason: 'keyCompromise' }
const BACKUP = { file: '/backup/ca.age', keys: 'included', logSize: 7 }
const ORDER = { filter: { node: 'worker-1' }, by: '24h', reason: 'key was copied' }
const ENTRY = { entry: 'e30', inclusion: [], head: 'head' }
const LOG_CLAIM = { head: 'head', consistency: [], epochs: [] }
const LOG_RECEIPT = { ...LOG_CLAIM, entry: 'e30', inclusion: [] }
const NODE_REPLY = {
  node: WORKER,
  cluster: CLUSTER,
  endpoints: ['https://ca.lab.example:7444'],
  trustBundles: { 'client-ca': 'PEM' },
  profiles: ['kubelet-client'],
  time: '2026-03-01T12:00:00.000Z',
  log: { ...LOG_CLAIM, publicKey: 'A'.repeat(59) },
}

const REPORT = {
  format: 1,
  easycerts: '0.1.0',
  kubernetes: null,
  trust: null,
  machine: { name: 'worker-1', addresses: ['192.0.2.21'] },
  certificates: [],
  bundles: [],
  clockOffset: 0,
  failures: [],
  hints: [],
}

const LEASE = { component: 'etcd', lease: '0'.repeat(32) }

const isBody = (name: RouteName, body: unknown): boolean => {
  const route = ROUTES[name]
  return 'body' in route && v.safeParse(route.body, body).success
}

const bodies: readonly (readonly [RouteName, object])[] = [
  ['join', JOIN],
  ['certificate', CERTIFICATE],
  ['identityRenew', { csr: 'PEM' }],
  ['identityConfirm', {}],
  ['ticketCreate', TICKET],
  ['joinPlan', { ticket: JOIN.ticket, signature: JOIN.signature }],
  ['returnNonce', {}],
  ['identityReturn', { identity: 'a'.repeat(64), csr: 'PEM', signature: JOIN.signature }],
  ['nodeReport', REPORT],
  ['serviceAccountKey', { publicKey: 'PEM' }],
  ['ticketRevoke', {}],
  ['ticketsCreate', { tickets: [TICKET] }],
  ['ticketRevokeOpen', { node: 'worker-1' }],
  ['nodeQuarantine', { reason: 'a copy of its disk was seen' }],
  ['nodeRecover', { ttl: '1h', publicKey: TICKET.publicKey }],
  ['nodeRemove', { reason: 'scrapped' }],
  ['nodeApprove', { change: '0123456789ab' }],
  ['nodeReject', {}],
  ['nodeHosts', { hosts: ['192.0.2.21'] }],
  ['adminCertificate', ADMIN],
  ['certificateIssue', ISSUE],
  ['revoke', REVOCATION],
  ['renewalOrder', ORDER],
  ['renewalOrderCancel', {}],
  ['clockAccept', {}],
  ['backupMade', BACKUP],
  ['identityAdopt', ENTRY],
  ['reconcileEnd', {}],
  ['configurationReload', {}],
  ['leaseTake', LEASE],
  ['leaseRelease', LEASE],
  ['legacyClose', { reason: 'all workers have joined' }],
  ['legacyOpen', { reason: 'one worker was forgotten' }],
  ['leaseBreak', { component: 'etcd', node: 'master-2', reason: 'the machine is gone' }],
]

describe('the bodies of ROUTES', () => {
  it('are those of every POST', () => {
    const posts = Object.entries(ROUTES).filter(([, { method }]) => method === 'POST')
    expect(posts.map(([name]) => name).toSorted()).toEqual(bodies.map(([name]) => name).toSorted())
  })

  it.each(bodies)('%s takes what our clients send', (name, body) => {
    expect(isBody(name, body)).toBe(true)
  })

  it.each(bodies)('%s refuses a field that it does not know', (name, body) => {
    expect(isBody(name, { ...body, subject: 'CN=system:masters' })).toBe(false)
  })

  it.each(bodies)('%s refuses what is no object', (name) => {
    for (const body of [null, undefined, 'text', 7, [[]]]) expect(isBody(name, body)).toBe(false)
  })

  it.each<readonly [string, RouteName, object]>([
    ['a request of 16 KiB and one', 'certificate', { ...CERTIFICATE, csr: 'a'.repeat(16_385) }],
    ['an empty request', 'certificate', { ...CERTIFICATE, csr: '' }],
    ['no profile', 'certificate', { csr: 'PEM' }],
    ['a profile that is a list', 'certificate', { ...CERTIFICATE, profile: ['kubelet-client'] }],
    ['a profile of 254 characters', 'certificate', { ...CERTIFICATE, profile: 'a'.repeat(254) }],
    ['a ticket id that is too long', 'join', { ...JOIN, ticket: 'abcdefghjkmnp' }],
    ['a ticket id in upper case', 'join', { ...JOIN, ticket: 'ABCDEFGHJKMN' }],
    ['a ticket id and a line end', 'join', { ...JOIN, ticket: 'abcdefghjkmn\n' }],
    ['a signature that is no base64url', 'join', { ...JOIN, signature: '+/==' }],
    ['a signature beyond any', 'join', { ...JOIN, signature: 'A'.repeat(129) }],
    ['an empty node name', 'join', { ...JOIN, node: '' }],
    ['a role of nobody', 'ticketCreate', { ...TICKET, role: 'admin' }],
    ['33 hosts', 'ticketCreate', { ...TICKET, hosts: Array.from({ length: 33 }, () => 'a') }],
    ['a truth value in words', 'ticketCreate', { ...TICKET, clusterAdmin: 'true' }],
    ['a lease of a component in capitals', 'leaseTake', { ...LEASE, component: 'Etcd' }],
    ['an id of a lease that is too short', 'leaseTake', { ...LEASE, lease: '0' }],
    ['nine groups', 'adminCertificate', { ...ADMIN, groups: Array.from({ length: 9 }, () => 'a') }],
  ])('refuse %s', (_, name, body) => {
    expect(isBody(name, body)).toBe(false)
  })

  it('fit into the largest body that a server reads', () => {
    const largest = { ...JOIN, csr: 'a'.repeat(16_384), node: 'a'.repeat(253) }
    expect(isBody('join', largest)).toBe(true)
    expect(JSON.stringify(largest).length).toBeLessThan(MAX_BODY_OCTETS)
    const hosts = Array.from({ length: 32 }, () => 'a'.repeat(253))
    expect(JSON.stringify({ ...TICKET, hosts }).length).toBeLessThan(MAX_BODY_OCTETS)
  })
})

describe('the queries of ROUTES', () => {
  it.each(['a'.repeat(16), '-_'.repeat(32)])('take the nonce %s', (nonce) => {
    expect(v.parse(ROUTES.time.query, { nonce })).toEqual({ nonce })
  })

  it.each(['', 'a'.repeat(15), 'a'.repeat(65), 'a'.repeat(16) + '\n', 'a b'.repeat(8)])(
    'refuse the nonce %j',
    (nonce) => {
      expect(v.safeParse(ROUTES.time.query, { nonce }).success).toBe(false)
    },
  )

  it('list a thousand unless told otherwise', () => {
    expect(v.parse(ROUTES.log.query, {})).toEqual({ limit: '1000' })
  })

  it.each(['-1', '1e3', '', '100000', '10\n'])('refuse the limit %j', (limit) => {
    expect(v.safeParse(ROUTES.log.query, { limit }).success).toBe(false)
  })
})

describe('ROUTES', () => {
  it('have one address each', () => {
    const addresses = Object.values(ROUTES).map(
      ({ listener, method, path }) => `${listener} ${method} ${path}`,
    )
    expect(new Set(addresses).size).toBe(addresses.length)
  })

  it('offer to who has no certificate the time, and ways to prove a ticket or an expired identity', () => {
    const open = Object.entries(ROUTES).filter(([, { listener }]) => listener === 'join')
    expect(open.map(([name]) => name)).toEqual([
      'time',
      'join',
      'joinPlan',
      'returnNonce',
      'identityReturn',
    ])
  })
})

describe('parseReply', () => {
  it('gives an answer back as agreed', () => {
    expect(parseReply('node', NODE_REPLY)).toEqual(NODE_REPLY)
  })

  it('passes over what a later server says beside it', () => {
    const reply = { certificate: 'PEM', log: LOG_RECEIPT }
    expect(parseReply('certificate', { ...reply, chain: [] })).toEqual(reply)
  })

  it.each<readonly [string, RouteName, unknown]>([
    ['no object', 'certificate', 'PEM'],
    ['nothing', 'health', undefined],
    [
      'a certificate beyond any',
      'certificate',
      { certificate: 'a'.repeat((1 << 20) + 1), log: LOG_RECEIPT },
    ],
    ['a role of nobody', 'node', { ...NODE_REPLY, node: { ...WORKER, role: 'admin' } }],
    ['a bundle that is no text', 'node', { ...NODE_REPLY, trustBundles: { 'client-ca': 7 } }],
    ['another health', 'health', { status: 'degraded' }],
  ])('refuses %s', (_, name, body) => {
    expect(codeOf(() => parseReply(name, body))).toBe('ERR_CA_REPLY_INVALID')
  })

  it('names the field and quotes no value', () => {
    const body = { ...NODE_REPLY, cluster: { ...CLUSTER, domain: ['hunter2'] } }
    expect(() => parseReply('node', body)).toThrow(/"cluster\.domain"$/)
  })
})
