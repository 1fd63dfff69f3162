import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { planKubeconfigs } from '../../../apps/node-join/src/plan/plan-kubeconfigs.ts'
import { sampleCluster, sampleNode } from './sample-node.ts'

describe('planKubeconfigs', () => {
  it('writes those of kubelet, kube-proxy and flannel on a worker', () => {
    const files = planKubeconfigs(sampleCluster(), sampleNode('worker'))
    expect(files.map(({ path, mode, owner }) => [path, mode, owner])).toEqual([
      ['/etc/kubernetes/kubelet.conf', 0o600, 'root'],
      ['/etc/kubernetes/kube-proxy.conf', 0o600, 'root'],
      ['/etc/kubernetes/flannel.conf', 0o600, 'root'],
    ])
  })

  it('refers to files, and makes its context current', () => {
    const [kubelet] = planKubeconfigs(sampleCluster(), sampleNode('worker'))
    expect(parse(kubelet?.content ?? '')).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'demo',
          cluster: {
            server: 'https://10.0.0.1:6443',
            'certificate-authority': '/etc/kubernetes/pki/server-ca.crt',
          },
        },
      ],
      users: [
        {
          name: 'kubelet',
          user: {
            'client-certificate': '/etc/kubernetes/pki/kubelet-client.crt',
            'client-key': '/etc/kubernetes/pki/kubelet-client.key',
          },
        },
      ],
      contexts: [{ name: 'kubelet@demo', context: { cluster: 'demo', user: 'kubelet' } }],
      'current-context': 'kubelet@demo',
    })
  })

  it('writes cluster-admin’s only where the ticket said so', () => {
    const paths = (clusterAdmin: boolean) =>
      planKubeconfigs(sampleCluster(), sampleNode('master', clusterAdmin)).map(({ path }) => path)
    expect(paths(false)).not.toContain('/etc/kubernetes/cluster-admin.kubeconfig')
    expect(paths(true)).toContain('/etc/kubernetes/cluster-admin.kubeconfig')
  })
})
