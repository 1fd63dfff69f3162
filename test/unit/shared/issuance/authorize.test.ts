import { describe, expect, it } from 'vitest'
import { type NodeFacts, parseHost } from '@easycerts/shared/cluster'
import { isEasycertsError } from '@easycerts/shared/errors'
import {
  authorize,
  decideAuthorization,
  describeRequester,
  identityUri,
  nodeOfRequester,
  type Requester,
} from '@easycerts/shared/issuance'
import {
  ALL_BUILT_IN_PROFILES,
  BUILT_IN_PROFILES,
  buildCustomProfile,
  type Profile,
  REQUESTER_KINDS,
} from '@easycerts/shared/profile'
import { days, hours } from '@easycerts/shared/time'
import {
  CUSTOM_PROFILES,
  GRANTED_TO,
  type RequesterName,
  REQUESTERS,
} from '../../../support/authorization-matrix.ts'
import {
  CA_SERVER,
  factsOf,
  LEGACY_KEY,
  nodeRequester,
  OPERATOR,
  OPERATOR_CERTIFICATE,
  ticketRequester,
} from '../../../support/requesters.ts'
import { CA_HOSTS, CLUSTER, MASTER, WORKER } from '../../../support/sample-cluster.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

const profileOf = (name: string): Profile => BUILT_IN_PROFILES.find((each) => each.name === name)!

const PROFILES = [...ALL_BUILT_IN_PROFILES, ...CUSTOM_PROFILES]
const NAMES = Object.keys(REQUESTERS) as RequesterName[]

/** 'granted', or the code of the refusal, whose message must name the rule. */
const outcomeOf = (requester: Requester, profile: Profile): string => {
  const node = nodeOfRequester(requester)
  const facts = { ...factsOf(), node, caHosts: CA_HOSTS }
  try {
    authorize(requester, profile, facts as ReturnType<typeof factsOf>, profile.life)
    return 'granted'
  } catch (error) {
    if (!isEasycertsError(error) || error.rule === undefined) throw error
    expect(error.message).toContain(`(rule ${error.rule})`)
    return error.code
  }
}

describe('the matrix of requesters and profiles', () => {
  it('has a row for every profile, and a requester of every kind', () => {
    expect(Object.keys(GRANTED_TO)).toEqual(PROFILES.map(({ name }) => name))
    expect(new Set(Object.values(REQUESTERS).map(({ kind }) => kind))).toEqual(
      new Set(REQUESTER_KINDS),
    )
  })

  it.each(PROFILES.map((profile) => [profile.name, profile] as const))(
    'gives %s to those of its row, and to nobody else',
    (name, profile) => {
      const granted = NAMES.filter((each) => outcomeOf(REQUESTERS[each], profile) === 'granted')
      expect(granted).toEqual(NAMES.filter((each) => GRANTED_TO[name]?.includes(each)))
    },
  )
})

describe('authorize', () => {
  it('denies by default: a profile of no role goes to nobody', () => {
    const unknown: Profile = {
      ...profileOf('kubelet-client'),
      name: 'new',
      roles: [],
      requesters: [],
    }
    for (const requester of Object.values(REQUESTERS))
      expect(outcomeOf(requester, unknown)).toBe('ERR_PROFILE_NOT_PERMITTED')
  })

  it('grants a node its own subject and names, whatever it is called elsewhere', () => {
    const grant = authorize(
      nodeRequester(WORKER),
      profileOf('kubelet-serving'),
      factsOf(WORKER),
      days(7),
    )
    expect(grant).toMatchObject({
      subject: { commonName: 'system:node:worker-1', organizations: ['system:nodes'] },
      hosts: [
        { kind: 'dns', value: 'worker-1' },
        { kind: 'dns', value: 'worker-1.lab.example' },
        { kind: 'ip', value: '192.0.2.21' },
      ],
      uris: [],
      life: days(7),
    })
  })

  it('names a host once, though the ticket repeats the node’s name', () => {
    const node = { ...WORKER, hosts: [{ kind: 'dns', value: 'worker-1' } as const] }
    const grant = authorize(
      nodeRequester(node),
      profileOf('kubelet-serving'),
      factsOf(node),
      days(7),
    )
    expect(grant.hosts).toEqual([{ kind: 'dns', value: 'worker-1' }])
  })

  it('puts cluster and node into an identity', () => {
    const grant = authorize(
      ticketRequester(WORKER),
      profileOf('node-identity'),
      factsOf(WORKER),
      days(7),
    )
    expect(grant.uris).toEqual(['easycerts://lab/node/worker-1'])
    expect(identityUri({ cluster: CLUSTER, node: WORKER })).toBe('easycerts://lab/node/worker-1')
  })

  it('gives an operator the user and the groups that policy passed', () => {
    expect(authorize(OPERATOR, profileOf('admin'), factsOf(), hours(8)).subject).toEqual({
      commonName: 'kubernetes-admin',
      organizations: ['system:masters', 'lab:operators'],
    })
  })

  it('refuses facts without the node that the profile speaks of', () => {
    const facts = { cluster: CLUSTER }
    expect(
      codeOf(() => authorize(nodeRequester(WORKER), profileOf('kubelet-client'), facts, days(1))),
    ).toBe('ERR_PROFILE_NOT_PERMITTED')
  })
})

/** The rule that refuses; undefined where none does. */
const ruleOf = (...[requester, profile, facts, life]: Parameters<typeof authorize>) => {
  const decision = decideAuthorization(requester, profile, facts, life)
  return decision.isGranted ? undefined : decision.rule
}

describe('a refusal names its rule', () => {
  const serving = profileOf('kubelet-serving')
  const custom = (commonName: string) =>
    buildCustomProfile({ name: 'own', usage: 'client', commonName, roles: ['worker', 'master'] })

  it.each([
    ['ticket-profile', ticketRequester(WORKER), 'kubelet-client'],
    ['node-role', nodeRequester(WORKER), 'kube-apiserver'],
    ['node-role', nodeRequester({ ...WORKER, clusterAdmin: true }), 'cluster-admin'],
    ['node-cluster-admin', nodeRequester(MASTER), 'cluster-admin'],
    ['operator-profile', OPERATOR, 'ca-server'],
    ['subject-node-role', { ...OPERATOR, node: WORKER }, 'etcd-server'],
    ['operator-certificate-profile', OPERATOR_CERTIFICATE, 'super-admin'],
    ['operator-certificate-profile', OPERATOR_CERTIFICATE, 'operator'],
    ['legacy-profile', LEGACY_KEY, 'kubelet-client'],
    ['ca-server-profile', CA_SERVER, 'kubelet-client'],
    ['masters-local-only', OPERATOR_CERTIFICATE, 'admin'],
  ] as const)('%s', (rule, requester, name) => {
    const profile = profileOf(name)
    expect(ruleOf(requester, profile, factsOf(), profile.life)).toBe(rule)
  })

  it('lets an operator certificate give a person groups of their own', () => {
    const facts = { cluster: CLUSTER, request: { user: 'jane', groups: ['developers'] } }
    expect(ruleOf(OPERATOR_CERTIFICATE, profileOf('admin'), facts, hours(24))).toBeUndefined()
    expect(ruleOf(OPERATOR_CERTIFICATE, profileOf('admin'), facts, hours(25))).toBe('life-bounds')
  })

  it('reserved-name: a worker gets no name of the CA or of kube-apiserver, whatever its record says', () => {
    const names = ['ca.lab.example', 'api.lab.example', '10.96.0.1', 'kubernetes.default.svc']
    for (const name of names) {
      const hosts = [parseHost(name)]
      const facts = (node: NodeFacts) => ({ cluster: CLUSTER, node, caHosts: CA_HOSTS })
      const worker = { ...WORKER, hosts }
      const master = { ...MASTER, hosts }
      expect(ruleOf(nodeRequester(worker), serving, facts(worker), days(1))).toBe('reserved-name')
      expect(ruleOf(nodeRequester(master), serving, facts(master), days(1))).toBeUndefined()
    }
  })

  it('reserved-subject: a profile of the operator’s own never makes a subject of Kubernetes', () => {
    const node = { ...WORKER, name: 'system' }
    const facts = { cluster: CLUSTER, node }
    expect(ruleOf(nodeRequester(node), custom('{node.name}:admin'), facts, days(1))).toBe(
      'reserved-subject',
    )
    expect(ruleOf(nodeRequester(node), custom('{node.name}-admin'), facts, days(1))).toBeUndefined()
  })
})

describe('describeRequester', () => {
  it('names who asked, and nothing that is secret', () => {
    const words = [
      ticketRequester(WORKER),
      nodeRequester(WORKER),
      OPERATOR,
      OPERATOR_CERTIFICATE,
      LEGACY_KEY,
      CA_SERVER,
    ]
    expect(words.map(describeRequester)).toEqual([
      'ticket abcdefghjkmn',
      'node worker-1',
      'operator root',
      'operator certificate jane',
      'legacy key apitoken',
      'ca-server',
    ])
  })
})
