import { describe, expect, it } from 'vitest'
import { type Spec, specSchema } from '@easycerts/shared/certificate-spec'
import { parseConfig } from '@easycerts/shared/config'
import type { Role } from '@easycerts/shared/cluster'
import { planSpecs } from '../../../apps/node-join/src/plan/plan-specs.ts'
import { sampleFacts } from './sample-node.ts'

const specsOf = (role: Role, version: string): Map<string, Spec> =>
  new Map(
    planSpecs(sampleFacts(role, version)).map(({ path, content }) => {
      const spec = parseConfig(path, content, specSchema)
      expect(path).toBe(`/etc/easycerts/certmgr.d/${spec.name}.yaml`)
      return [spec.name, spec]
    }),
  )

const WORKER = [
  'trust-client-ca',
  'trust-server-ca',
  'trust-enrolment',
  'kubelet-client',
  'kubelet-serving',
  'kube-proxy-client',
  'flannel-client',
]

describe('planSpecs', () => {
  it('gives a worker a file for each certificate and bundle of its role', () => {
    expect([...specsOf('worker', '1.36').keys()]).toEqual(WORKER)
  })

  it('gives a master the control plane’s too, but no cluster-admin unless the ticket said so', () => {
    const names = [...specsOf('master', '1.36').keys()]
    expect(names).toEqual(expect.arrayContaining(WORKER))
    expect(names).toEqual(
      expect.arrayContaining(['etcd-peer', 'trust-etcd-peer', 'kube-scheduler']),
    )
    expect(names).not.toContain('cluster-admin')
    expect(new Set(names).size).toBe(names.length)
  })

  it('restarts the kubelet for a new serving certificate before Kubernetes 1.31', () => {
    const actions = {
      leaf: [{ restart: 'kubelet.service' }],
      key: [{ restart: 'kubelet.service' }],
    }
    expect(specsOf('worker', '1.30').get('kubelet-serving')?.actions).toEqual(actions)
    expect(specsOf('worker', '1.36').get('kubelet-serving')?.actions).toEqual({})
    expect(specsOf('worker', '1.30').get('kubelet-client')?.actions).toEqual({})
  })

  it('restarts for a bundle exactly the readers that are on this node and do not read it again', () => {
    expect(specsOf('worker', '1.30').get('trust-server-ca')?.actions).toEqual({
      bundle: [
        { restart: 'kubelet.service' },
        { restart: 'kube-proxy.service' },
        { restart: 'flanneld.service' },
      ],
    })
    expect(specsOf('worker', '1.36').get('trust-server-ca')?.actions).toEqual({
      bundle: [{ restart: 'flanneld.service' }],
    })
    expect(specsOf('worker', '1.36').get('trust-enrolment')?.actions).toEqual({})
    expect(specsOf('master', '1.36').get('trust-etcd-client')?.actions).toEqual({
      bundle: [{ restart: 'etcd.service' }, { restart: 'kube-apiserver.service' }],
    })
  })

  it('says where each component shows its certificate, and what may be restarted for it', () => {
    const master = specsOf('master', '1.36')
    const proofOf = (name: string) => {
      const spec = master.get(name)
      return spec?.kind === 'Certificate' ? spec.proof : undefined
    }
    expect(proofOf('kubelet-serving')).toEqual({
      address: '127.0.0.1:10250',
      use: 'server',
      within: '2m',
      escalation: { restart: 'kubelet.service' },
    })
    expect(proofOf('etcd-server')).toEqual({
      address: '127.0.0.1:2379',
      use: 'server',
      within: '2m',
      // Under a lease, as every restart of this unit.
      escalation: { restart: 'etcd.service' },
    })
    expect(proofOf('kube-apiserver-etcd-client')).toMatchObject({
      address: '127.0.0.1:2379',
      use: 'client',
    })
    expect(proofOf('kube-apiserver')?.escalation).toEqual({ restart: 'kube-apiserver.service' })
    const old = specsOf('worker', '1.30').get('kubelet-serving')
    expect(old).not.toHaveProperty('proof.escalation')
    expect(old).toHaveProperty('proof.address')
  })

  it('gives each key one owner who alone reads it', () => {
    const spec = specsOf('master', '1.36').get('etcd-server')
    expect(spec).toMatchObject({
      group: 'etcd',
      key: { owner: 'etcd', group: 'etcd', mode: '0600', rotation: 'keep' },
      certificate: { owner: 'root', mode: '0644' },
    })
  })
})
