import { describe, expect, test } from 'vitest'
import { describeForNode } from '@easycerts/units/description'
import { EasycertsError } from '@easycerts/shared/errors'
import { buildStack } from '@easycerts/units/flavours'
import { sampleStack } from '../../../support/units/sample-stacks.ts'

const CLUSTER = {
  name: 'prod',
  domain: 'cluster.local',
  serviceCidr: '10.96.0.0/12',
  podCidr: '10.244.0.0/16',
  apiserver: 'https://10.0.0.1:6443',
  kubernetesVersion: '1.36',
} as const

type Facts = Parameters<typeof describeForNode>[0]

const facts = (role: 'worker' | 'master', cluster: Partial<Facts['cluster']> = {}): Facts => ({
  cluster: { ...CLUSTER, ...cluster },
  node: {
    name: `${role}-1`,
    role,
    hosts: [
      { kind: 'dns', value: `${role}-1.example.net` },
      { kind: 'ip', value: role === 'master' ? '10.0.0.1' : '10.0.0.11' },
      { kind: 'ip', value: '192.0.2.7' },
    ],
    clusterAdmin: false,
  },
  programs: {},
})

describe('what a node knows once it has joined', () => {
  test.each(['worker', 'master'] as const)(
    'gives a %s the stack that a description of the same cluster gives',
    (role) => {
      const joined = describeForNode(facts(role), undefined)
      const caServer = role === 'master' ? { caServer: { sealedKeys: true } } : {}
      expect(buildStack({ ...joined, ...caServer })).toEqual(sampleStack(role, '1.36'))
    },
  )

  test.each([
    ['https://[2001:db8::1]', '2001:db8::1', 443],
    ['https://k8s.example.net:8443', 'k8s.example.net', 8443],
  ])('has the address and the port of %s', (apiserver, value, port) => {
    const { description } = describeForNode(facts('worker', { apiserver }), undefined)
    expect(description.masterAddress.value).toBe(value)
    expect(description.apiserverPort).toBe(port)
  })

  test('is not enough for a release that has no default form', () => {
    const cluster = { kubernetesVersion: '1.14' }
    expect(() => describeForNode(facts('worker', cluster), undefined)).toThrow(
      /Kubernetes 1\.14 needs a description of its cluster/,
    )
  })

  test.each([{ name: 'a b' }, { kubernetesVersion: 'latest' }, { apiserver: 'https://a_b' }])(
    'is refused where it is no cluster: %j',
    (cluster) => {
      expect(() => describeForNode(facts('worker', cluster), undefined)).toThrow(EasycertsError)
    },
  )
})
