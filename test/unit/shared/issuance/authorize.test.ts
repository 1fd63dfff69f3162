import { describe, expect, it } from 'vitest'
import { isEasycertsError } from '@easycerts/shared/errors'
import {
  authorize,
  describeRequester,
  identityUri,
  type Requester,
} from '@easycerts/shared/issuance'
import { BUILT_IN_PROFILES, type Profile } from '@easycerts/shared/profile'
import { days, hours } from '@easycerts/shared/time'
import {
  CA_SERVER,
  factsOf,
  nodeRequester,
  OPERATOR,
  ticketRequester,
} from '../../../support/requesters.ts'
import { ADMIN_MASTER, CLUSTER, MASTER, WORKER } from '../../../support/sample-cluster.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

const profileOf = (name: string): Profile => BUILT_IN_PROFILES.find((each) => each.name === name)!

const WORKER_PROFILES = ['kubelet-client', 'kubelet-serving', 'kube-proxy-client', 'flannel-client']
const MASTER_PROFILES = [
  ...WORKER_PROFILES,
  'kube-apiserver',
  'kube-apiserver-kubelet-client',
  'kube-apiserver-etcd-client',
  'front-proxy-client',
  'kube-controller-manager',
  'kube-controller-manager-client',
  'kube-scheduler',
  'kube-scheduler-client',
  'kube-addon-manager-client',
  'etcd-server',
  'etcd-peer',
  'etcd-healthcheck-client',
]

const matrix: readonly (readonly [string, Requester, readonly string[]])[] = [
  ['a worker’s ticket', ticketRequester(WORKER), ['node-identity']],
  ['a master’s ticket', ticketRequester(MASTER), ['node-identity']],
  ['a ticket with --cluster-admin', ticketRequester(ADMIN_MASTER), ['node-identity']],
  ['a worker', nodeRequester(WORKER), [...WORKER_PROFILES, 'node-identity']],
  ['a master', nodeRequester(MASTER), [...MASTER_PROFILES, 'node-identity']],
  [
    'a master with --cluster-admin',
    nodeRequester(ADMIN_MASTER),
    [...MASTER_PROFILES, 'cluster-admin', 'node-identity'],
  ],
  [
    'a worker whose record says cluster-admin, which no ticket can',
    nodeRequester({ ...WORKER, clusterAdmin: true }),
    [...WORKER_PROFILES, 'node-identity'],
  ],
  ['the operator', OPERATOR, ['admin']],
  ['the CA itself', CA_SERVER, ['ca-server']],
]

const isGranted = (requester: Requester, profile: Profile): boolean => {
  const node = 'node' in requester ? requester.node : ADMIN_MASTER
  const outcome = outcomeOf(() => authorize(requester, profile, factsOf(node), profile.life))
  expect(['granted', 'ERR_PROFILE_NOT_PERMITTED']).toContain(outcome)
  return outcome === 'granted'
}

const outcomeOf = (work: () => unknown): string => {
  try {
    work()
    return 'granted'
  } catch (error) {
    return isEasycertsError(error) ? error.code : String(error)
  }
}

describe('authorize', () => {
  it.each(matrix)('lets %s have its own profiles and no other', (_, requester, permitted) => {
    const granted = BUILT_IN_PROFILES.filter((profile) => isGranted(requester, profile))
    expect(granted.map(({ name }) => name)).toEqual(permitted)
  })

  it('denies by default: a profile of no role goes to nobody', () => {
    const unknown: Profile = { ...profileOf('kubelet-client'), name: 'new', roles: [] }
    for (const [, requester] of matrix) expect(isGranted(requester, unknown)).toBe(false)
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

describe('describeRequester', () => {
  it('names who asked, and nothing that is secret', () => {
    const words = [ticketRequester(WORKER), nodeRequester(WORKER), OPERATOR, CA_SERVER]
    expect(words.map(describeRequester)).toEqual([
      'ticket abcdefghjkmn',
      'node worker-1',
      'operator root',
      'ca-server',
    ])
  })
})
