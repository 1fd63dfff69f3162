import { generateSigningKey } from '@easycerts/shared/key'
import { describe, expect, it } from 'vitest'
import { objectionTo } from '../../../apps/certmgr/src/plan/index.ts'
import { forgeCa, forgeCertificate, type Forgery } from '../../support/join/forge-certificate.ts'

const ca = await forgeCa('cluster')
const facts = {
  cluster: {
    name: 'test',
    domain: 'cluster.local',
    serviceCidr: '10.96.0.0/12',
    podCidr: '10.244.0.0/16',
    apiserver: 'https://10.0.0.1:6443',
    kubernetesVersion: '1.30',
  },
  node: {
    name: 'worker-1',
    role: 'worker' as const,
    hosts: [{ kind: 'ip' as const, value: '10.0.0.11' }],
    clusterAdmin: false,
  },
}

const objection = async (more: Partial<Forgery>, profile = 'kubelet-serving', asked?: 'other') => {
  const { certificate, key } = await forgeCertificate({
    commonName: 'system:node:worker-1',
    issuer: ca,
    hosts: ['worker-1', '10.0.0.11'],
    purposes: ['serverAuth'],
    ...more,
  })
  const requested = asked ? await generateSigningKey('ecdsa-p256') : key
  const expected = { authorities: [ca.certificate], facts, now: new Date() }
  return objectionTo({ certificate, key: requested, profile }, expected)
}

describe('a certificate fresh from the CA', () => {
  it('reaches its consumer when everything about it is right', async () => {
    expect(await objection({})).toBeUndefined()
  })

  it('may be of a profile that only the CA knows', async () => {
    expect(await objection({ hosts: [], purposes: [] }, 'our-own')).toBeUndefined()
  })

  it.each<[string, Partial<Forgery>, RegExp]>([
    ['lacks a name of the node', { hosts: ['worker-1'] }, /lacks the name 10\.0\.0\.11/],
    ['is for clients alone', { purposes: ['clientAuth'] }, /not for use as server/],
    ['has ended', { until: new Date(Date.now() - 60_000) }, /not valid now/],
    ['is not valid yet', { from: new Date(Date.now() + 60_000) }, /not valid now/],
  ])('is held back when it %s', async (_, more, reason) => {
    expect(await objection(more)).toMatch(reason)
  })

  it('is held back when it is for another key', async () => {
    expect(await objection({}, 'kubelet-serving', 'other')).toBe('is for another key')
  })

  it('is held back when a stranger of the same name signed it', async () => {
    const issuer = await forgeCa('cluster')
    expect(await objection({ issuer })).toBe('is of a CA that no bundle holds')
  })
})
