import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type NodeFacts, parseHost } from '@easycerts/shared/cluster'
import { isEasycertsError } from '@easycerts/shared/errors'
import { authorize, type Grant, nodeOfRequester, type Requester } from '@easycerts/shared/issuance'
import {
  ALL_BUILT_IN_PROFILES,
  findReserved,
  isReservedSubject,
  reservedHosts,
} from '@easycerts/shared/profile'
import { CUSTOM_PROFILES, REQUESTERS } from '../support/authorization-matrix.ts'
import { CA_HOSTS, CLUSTER } from '../support/sample-cluster.ts'

const SEED = 20260501

/** What somebody who tries everything would call themselves. */
const word = fc.oneof(
  fc.constantFrom(
    'system:masters',
    'system:nodes',
    'system:node:worker-1',
    'easycerts:operator',
    'cluster-admin',
    'kubernetes-admin',
    'system:kube-proxy',
    '*',
    '',
  ),
  fc.string({ maxLength: 20 }),
)
const hostName = fc.constantFrom(
  'kubernetes',
  'api.lab.example',
  'ca.lab.example',
  '10.96.0.1',
  'worker-1',
  'localhost',
  '192.0.2.21',
  'other.example',
)
const host = hostName.map(parseHost)
const node: fc.Arbitrary<NodeFacts> = fc.record({
  name: fc.constantFrom('worker-1', 'system', 'easycerts', 'kubernetes', 'localhost'),
  role: fc.constantFrom('worker', 'master'),
  hosts: fc.array(host, { maxLength: 3 }),
  clusterAdmin: fc.boolean(),
})

const requester: fc.Arbitrary<Requester> = fc.oneof<fc.Arbitrary<Requester>[]>(
  fc.constantFrom(...Object.values(REQUESTERS)),
  node.map((facts) => ({ kind: 'node', node: facts, fingerprint: 'f'.repeat(64) })),
  node.map((facts) => ({
    kind: 'operator-certificate',
    name: 'jane',
    fingerprint: '',
    node: facts,
  })),
  fc
    .record({
      commonName: word,
      organizations: fc.array(word, { maxLength: 3 }),
      names: fc.array(host, { maxLength: 3 }),
    })
    .map((words) => ({
      ...REQUESTERS['legacy key'],
      wish: { ...REQUESTERS['legacy key'].wish, ...words },
    })),
)

const profile = fc.constantFrom(...ALL_BUILT_IN_PROFILES, ...CUSTOM_PROFILES)
const request = fc.record({ user: word, groups: fc.array(word, { maxLength: 3 }) })
const asked = fc.record({ requester, profile, request })
type Asked = typeof asked extends fc.Arbitrary<infer Value> ? Value : never

const grantOf = ({ requester: who, profile: row, request: words }: Asked): Grant | undefined => {
  const own = nodeOfRequester(who)
  const facts = {
    cluster: CLUSTER,
    caHosts: CA_HOSTS,
    request: words,
    caServer: { hosts: CA_HOSTS },
  }
  try {
    return authorize(who, row, own ? { ...facts, node: own } : facts, row.life)
  } catch (error) {
    // Every refusal is ours, and names its rule; a name that is no host is refused as such.
    if (isEasycertsError(error) && (error.rule !== undefined || error.code === 'ERR_NAME_INVALID'))
      return undefined
    throw error
  }
}

const holds = (law: (grant: Grant, each: Asked) => void, numRuns = 3000): number => {
  let granted = 0
  fc.assert(
    fc.property(asked, (each) => {
      const grant = grantOf(each)
      if (!grant) return
      granted++
      law(grant, each)
    }),
    { seed: SEED, numRuns },
  )
  return granted
}

describe('whoever asks for whatever profile', () => {
  it('gets system:masters as the local operator, or as a node said to be cluster-admin', () => {
    const granted = holds(({ subject }, { requester: who }) => {
      if (!subject.organizations.includes('system:masters')) return
      const isAdminNode = who.kind === 'node' && who.node.clusterAdmin
      expect(who.kind === 'operator' || isAdminNode).toBe(true)
    })
    expect(granted).toBeGreaterThan(100)
  })

  it('gets no name of the CA or of kube-apiserver, unless a master is concerned or the CA asks', () => {
    const reserved = reservedHosts(CLUSTER, CA_HOSTS)
    holds(({ hosts }, { requester: who }) => {
      if (findReserved(hosts, reserved) === undefined) return
      expect(who.kind === 'ca-server' || nodeOfRequester(who)?.role === 'master').toBe(true)
    })
  })

  it('gets no subject of Kubernetes by a profile of the operator’s own', () => {
    holds(({ subject }, { profile: row }) => {
      if (row.isCustom !== true) return
      expect([subject.commonName, ...subject.organizations].some(isReservedSubject)).toBe(false)
    })
  })

  it('gets the same whatever words come along, unless the profile is made for a person’s words', () => {
    fc.assert(
      fc.property(asked, request, (each, otherWords) => {
        const { commonName, organizations, names } = each.profile
        const hearsWords = [commonName, ...organizations, ...names].some((template) =>
          /\{(request|legacy)\./.test(template),
        )
        if (hearsWords) return
        expect(grantOf({ ...each, request: otherWords })).toEqual(grantOf(each))
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })
})
