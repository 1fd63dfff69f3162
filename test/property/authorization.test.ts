import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeName } from '@easycerts/shared/x509'
import { type NodeFacts, parseHost } from '@easycerts/shared/cluster'
import { isEasycertsError } from '@easycerts/shared/errors'
import {
  authorize,
  checkRequest,
  type Grant,
  nodeOfRequester,
  type Requester,
} from '@easycerts/shared/issuance'
import type { PublicKey } from '@easycerts/shared/key'
import {
  ALL_BUILT_IN_PROFILES,
  findReserved,
  isReservedSubject,
  reservedHosts,
} from '@easycerts/shared/profile'
import type { CertificateRequest } from '@easycerts/shared/x509'
import { CUSTOM_PROFILES, REQUESTERS } from '../support/authorization-matrix.ts'
import { CA_HOSTS, CLUSTER, WORKER } from '../support/sample-cluster.ts'
import { samplePublicKey } from '../support/sample-issuance.ts'

const SEED = 20260501

let publicKey: PublicKey
beforeAll(async () => {
  publicKey = await samplePublicKey('ecdsa-p256')
})

/** What somebody who tries everything would call themselves. */
const word = fc.oneof(
  fc.constantFrom('system:masters', 'system:nodes', 'system:node:worker-1', 'easycerts:operator', 'cluster-admin', 'kubernetes-admin', 'system:kube-proxy', '*', ''),
  fc.string({ maxLength: 20 }),
)
const hostName = fc.constantFrom('kubernetes', 'api.lab.example', 'ca.lab.example', '10.96.0.1', 'worker-1', 'localhost', '192.0.2.21', 'other.example')
const host = hostName.map(parseHost)
const node: fc.Arbitrary<NodeFacts> = fc.record({
  name: fc.constantFrom('worker-1', 'system', 'easycerts', 'kubernetes', 'localhost'),
  role: fc.constantFrom('worker', 'master'),
  hosts: fc.array(host, { maxLength: 3 }),
  clusterAdmin: fc.boolean(),
})

const requester: fc.Arbitrary<Requester> = fc.oneof(
  fc.constantFrom(...Object.values(REQUESTERS)),
  node.map((facts) => ({ kind: 'node', node: facts, fingerprint: 'f'.repeat(64) })),
  node.map((facts) => ({ kind: 'operator-certificate', name: 'jane', fingerprint: '', node: facts })),
  fc
    .record({ commonName: word, organizations: fc.array(word, { maxLength: 3 }), hosts: fc.array(host, { maxLength: 3 }) })
    .map((wish) => ({ ...REQUESTERS['legacy key'], wish: { ...wish, address: '192.0.2.9' } })),
)

const profile = fc.constantFrom(...ALL_BUILT_IN_PROFILES, ...CUSTOM_PROFILES)
const request = fc.record({ user: word, groups: fc.array(word, { maxLength: 3 }) })
const asked = fc.record({ requester, profile, request })
type Asked = typeof asked extends fc.Arbitrary<infer Value> ? Value : never

const grantOf = ({ requester: who, profile: row, request: words }: Asked): Grant | undefined => {
  const own = nodeOfRequester(who)
  const facts = { cluster: CLUSTER, caHosts: CA_HOSTS, request: words, caServer: { hosts: CA_HOSTS } }
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

  it('gets what the profile says, and a request that says more is refused, not heard', () => {
    const hostile = fc.record({ commonName: word, organizations: fc.array(word, { maxLength: 2 }) })
    fc.assert(
      fc.property(asked, hostile, (each, subject) => {
        const grant = grantOf(each)
        if (!grant || each.requester.kind === 'legacy') return
        const before = structuredClone({ subject: grant.subject, hosts: grant.hosts })
        const csr = requestWith(subject)
        const isSame =
          subject.commonName === grant.subject.commonName &&
          JSON.stringify([...subject.organizations].sort()) ===
            JSON.stringify([...grant.subject.organizations].sort())
        if (isSame || csr.subject.length === 0) return
        expect(() => checkRequest(csr, grant)).toThrow()
        expect({ subject: grant.subject, hosts: grant.hosts }).toEqual(before)
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })
})

const requestWith = (subject: { commonName: string; organizations: string[] }): CertificateRequest =>
  ({ publicKey, subject: [], extensions: new Map(), ...encoded(subject) }) as CertificateRequest
