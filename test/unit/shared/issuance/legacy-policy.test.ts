import { describe, expect, it } from 'vitest'
import { parseHost } from '@easycerts/shared/cluster'
import {
  decideAuthorization,
  easyCertsKeyPolicy,
  judgeLegacyKey,
  type LegacyKeyPolicy,
  type LegacyWish,
  nobodysKey,
  objectionToLegacy,
} from '@easycerts/shared/issuance'
import { BUILT_IN_PROFILES } from '@easycerts/shared/profile'
import { CA_HOSTS, CLUSTER } from '../../../support/sample-cluster.ts'

const wish = (commonName: string, organizations: readonly string[] = []): LegacyWish => ({
  profile: 'default',
  commonName,
  organizations,
  names: [],
  address: '10.0.0.7',
  at: new Date('2030-01-01T00:00:00Z'),
})

const legacy = BUILT_IN_PROFILES.find(({ name }) => name === 'legacy')!

/** The rule that refuses a key with this policy; undefined if it gets the certificate. */
const ruleOf = (policy: LegacyKeyPolicy, asked: LegacyWish): string | undefined => {
  const facts = { cluster: CLUSTER, caHosts: CA_HOSTS }
  const key = { name: policy.name, rows: [policy] }
  const requester = { kind: 'legacy', key, wish: asked } as const
  const decision = decideAuthorization(requester, legacy, facts, legacy.life)
  return decision.isGranted ? undefined : decision.rule
}

describe('the key that all nodes of an easyCerts cluster share', () => {
  const policy = easyCertsKeyPolicy('apitoken')

  it.each([
    ['a kubelet’s serving certificate', wish('worker-1')],
    ['a kubelet', wish('system:node:worker-1', ['system:nodes'])],
    ['kube-proxy', wish('system:kube-proxy')],
    ['flannel', wish('flannel-client')],
  ])('gets %s', (_, asked) => {
    expect(ruleOf(policy, asked)).toBeUndefined()
  })

  it.each([
    ['an administrator', wish('cluster-admin', ['system:masters'])],
    ['a node in system:masters', wish('system:node:a', ['system:nodes', 'system:masters'])],
    ['kube-proxy in system:masters', wish('system:kube-proxy', ['system:masters'])],
    ['the controller manager', wish('system:kube-controller-manager')],
    ['a node without its group', wish('system:node:worker-1')],
    ['a node of no name', wish('system:node:', ['system:nodes'])],
    ['the front proxy', wish('front-proxy-client')],
    ['an administrator by name', wish('kubernetes-admin')],
    ['a node of another kind of name', wish('system:node:a:b', ['system:nodes'])],
    ['an upper-case node', wish('system:node:Worker-1', ['system:nodes'])],
    ['a subject of spaces', wish('  ')],
    ['the identity of a node', wish('worker-1', ['easycerts:node'])],
  ])('does not get %s', (_, asked) => {
    expect(ruleOf(policy, asked)).toBe('legacy-subject')
  })

  it.each(['ca.lab.example', 'api.lab.example', 'kubernetes', '10.96.0.1'])(
    'does not get the name %s',
    (name) => {
      const hosts = [parseHost('worker-1'), parseHost(name)]
      expect(ruleOf(policy, { ...wish('worker-1'), names: hosts })).toBe('reserved-name')
    },
  )

  it('gets the subject and the names that it asks for, once they have passed', () => {
    const names = [parseHost('worker-1'), parseHost('10.0.0.7')]
    const asked = { ...wish('worker-1'), names }
    const key = { name: policy.name, rows: [policy] }
    const requester = { kind: 'legacy', key, wish: asked } as const
    const decision = decideAuthorization(requester, legacy, { cluster: CLUSTER }, legacy.life)
    expect(decision).toMatchObject({
      isGranted: true,
      grant: { subject: { commonName: 'worker-1', organizations: [] }, hosts: names },
    })
  })
})

describe('the policy of a legacy key', () => {
  const policy: LegacyKeyPolicy = {
    name: 'old',
    profiles: ['default'],
    subjects: [{ commonName: 'agent', organizations: ['a', 'b'] }],
    hosts: ['one.example', '*.two.example', '10.1.0.0/16'],
    networks: ['10.0.0.0/24', '2001:db8::/32'],
  }
  const agent = wish('agent', ['b', 'a'])

  it.each([
    ['10.0.0.7', undefined],
    ['2001:db8::7', undefined],
    ['10.0.1.7', 'legacy-network'],
    ['::1', 'legacy-network'],
    ['', 'legacy-network'],
    ['nowhere', 'legacy-network'],
  ])('lets the key be used from %s: %s', (address, rule) => {
    expect(objectionToLegacy(policy, { ...agent, address })?.rule).toBe(rule)
  })

  it.each([
    ['one.example', undefined],
    ['a.two.example', undefined],
    ['a.b.two.example', undefined],
    ['10.1.2.3', undefined],
    ['two.example', 'legacy-name'],
    ['onetwo.example', 'legacy-name'],
    ['10.2.0.1', 'legacy-name'],
    ['2001:db8::1', 'legacy-name'],
  ])('lets the key name %s: %s', (name, rule) => {
    expect(objectionToLegacy(policy, { ...agent, names: [parseHost(name)] })?.rule).toBe(rule)
  })

  it.each([
    ['one group too few', ['a']],
    ['one too many', ['a', 'b', 'c']],
    ['one twice', ['a', 'a']],
  ])('refuses %s', (_, organizations) => {
    expect(objectionToLegacy(policy, wish('agent', organizations))?.rule).toBe('legacy-subject')
  })

  it('gives nothing of a profile that it does not name', () => {
    expect(ruleOf({ ...policy, profiles: [] }, agent)).toBe('legacy-profile')
  })

  it('gives no system:masters, even if it names that group', () => {
    const subjects = [{ commonName: 'agent', organizations: ['system:masters'] }]
    expect(ruleOf({ ...policy, subjects }, wish('agent', ['system:masters']))).toBe(
      'masters-local-only',
    )
  })

  it('is worth nothing from its end on', () => {
    const at = new Date('2030-06-01T00:00:00Z')
    const until = new Date('2030-06-01T00:00:00Z')
    expect(objectionToLegacy({ ...policy, until }, { ...agent, at })?.rule).toBe('legacy-until')
    expect(objectionToLegacy({ ...policy, until }, agent)).toBeUndefined()
  })

  it('may have rows, of which one must cover all that is asked for', () => {
    const other = { ...policy, subjects: 'any' as const, hosts: ['a.example'] }
    const key = { name: 'old', rows: [policy, other] }
    const foreign = { ...wish('somebody'), names: [parseHost('one.example')] }
    expect(judgeLegacyKey(key, { ...foreign, names: [parseHost('a.example')] })).toEqual({
      row: other,
    })
    expect(judgeLegacyKey(key, foreign)).toMatchObject({ objection: { rule: 'legacy-name' } })
    expect(judgeLegacyKey({ name: 'none', rows: [] }, agent)).toMatchObject({
      objection: { rule: 'legacy-profile' },
    })
  })

  it.each(['spiffe://a/b', 'joe@example.org'])('takes no %s for a host', (value) => {
    const names = [{ kind: value.includes('@') ? 'email' : 'uri', value } as const]
    const everything = { ...policy, hosts: ['*'] }
    expect(objectionToLegacy(everything, { ...agent, names })?.rule).toBe('legacy-name')
    const free = { ...everything, subjects: 'any' as const }
    expect(objectionToLegacy(free, { ...agent, names })).toBeUndefined()
  })
})

describe('a key for any subject', () => {
  const key = nobodysKey('default')
  const isRefused = (commonName: string, organizations: readonly string[] = []): boolean =>
    'objection' in judgeLegacyKey(key, wish(commonName, organizations))

  it.each([
    ['www.example.net', ['Org', 'Other']],
    ['system:node:worker-1', ['system:nodes']],
    ['system:kube-proxy', []],
    ['', ['Org']],
  ])('gets %j of %j', (commonName, organizations) => {
    expect(isRefused(commonName, organizations)).toBe(false)
  })

  it.each([
    ['a', ['system:masters']],
    ['a', ['kubeadm:cluster-admins']],
    ['a', ['system:nodes']],
    ['system:kube-controller-manager', []],
    ['system:kube-scheduler', []],
    ['system:serviceaccount:kube-system:admin', []],
    ['front-proxy-client', []],
    ['aggregator', []],
    ['easycerts:operator', []],
    ['a', ['easycerts:node']],
  ])('does not get %j of %j', (commonName, organizations) => {
    expect(isRefused(commonName, organizations)).toBe(true)
  })

  it.each(['Kubernetes', 'kubernetes.', 'KUBERNETES.DEFAULT.SVC.', '*.default.svc', '*.default'])(
    'does not get the name %s of kube-apiserver',
    (value) => {
      const asked = { ...wish('a'), names: [{ kind: 'dns', value } as const] }
      const requester = { kind: 'legacy', key, wish: asked } as const
      const facts = { cluster: CLUSTER, caHosts: CA_HOSTS }
      expect(decideAuthorization(requester, legacy, facts, legacy.life)).toMatchObject({
        rule: 'reserved-name',
      })
    },
  )
})
