import { describe, expect, it } from 'vitest'
import { CHECKS, checkStack, contradictionsOf } from '@easycerts/units/checks'
import { buildStack } from '@easycerts/units/flavours'
import type { NodeStack } from '@easycerts/units/stack'
import { builtFor, described } from '../../../support/units/described-cluster.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

/** The stack with one text in the place of another, which must be there. */
const spoilt = (stack: NodeStack, before: string | RegExp, after: string): NodeStack => {
  const files = stack.files.map((file) => ({
    ...file,
    content: file.content.replace(before, after),
  }))
  expect(files).not.toEqual(stack.files)
  return { ...stack, files }
}

const RANGES = {
  'one range': {},
  'a range that is not on /24': { networks: { services: '10.200.3.64/27', pods: '10.244.0.0/16' } },
  IPv6: { networks: { services: 'fd00:10:96::/112', pods: 'fd00:10:244::/56' } },
  'both families': {
    networks: {
      services: ['10.96.0.0/16', 'fd00:10:96::/112'],
      pods: ['10.244.0.0/16', 'fd00:10:244::/56'],
    },
  },
}

describe('a stack that was built', () => {
  it.each(Object.entries(RANGES))('contradicts itself nowhere, with %s', (_, more) => {
    const description = described(more)
    for (const { name } of description.nodes) {
      const { request, stack } = builtFor(name, description)
      expect(contradictionsOf(request, stack)).toEqual([])
    }
  })

  it.each(['1.15', '1.20', '1.23', '1.24', '1.30', '1.36'])('nor for Kubernetes %s', (release) => {
    const description = described({ kubernetesVersion: release })
    for (const { name } of description.nodes) {
      const { request, stack } = builtFor(name, description)
      expect(contradictionsOf(request, stack)).toEqual([])
    }
  })
})

const FAULTS: readonly (readonly [
  string,
  'master-1' | 'worker-1',
  string | RegExp,
  string,
  RegExp,
])[] = [
  [
    'the kubelet has another name',
    'worker-1',
    '--hostname-override=worker-1',
    '--hostname-override=Worker-1',
    /--hostname-override is "Worker-1"/,
  ],
  [
    'kube-proxy has another name',
    'worker-1',
    'hostnameOverride: worker-1',
    'hostnameOverride: worker-2',
    /hostnameOverride is "worker-2"/,
  ],
  [
    'flanneld has another name',
    'worker-1',
    'NODE_NAME=worker-1',
    'NODE_NAME=worker-01',
    /NODE_NAME is "worker-01"/,
  ],
  ['DNS is outside the services', 'worker-1', '10.96.0.10', '10.200.0.10', /outside the services/],
  [
    'DNS has the address of kube-apiserver',
    'worker-1',
    '10.96.0.10',
    '10.96.0.1',
    /address of the kubernetes service/,
  ],
  [
    'kube-apiserver has other services',
    'master-1',
    '--service-cluster-ip-range=10.96.0.0/12',
    '--service-cluster-ip-range=10.112.0.0/12',
    /kube-apiserver.service --service-cluster-ip-range is 10.112/,
  ],
  [
    'kube-proxy has other pods',
    'worker-1',
    'clusterCIDR: 10.244.0.0/16',
    'clusterCIDR: 10.245.0.0/16',
    /clusterCIDR is 10.245/,
  ],
  [
    'the kubelet has another domain',
    'worker-1',
    'clusterDomain: cluster.local',
    'clusterDomain: cluster.remote',
    /clusterDomain is cluster.remote/,
  ],
  [
    'kube-apiserver advertises what is not certified',
    'master-1',
    '--advertise-address=10.0.0.1',
    '--advertise-address=10.0.0.2',
    /10\.0\.0\.2, which the certificate kube-apiserver/,
  ],
  [
    'etcd is dialled by what is not certified',
    'master-1',
    '--etcd-servers=https://127.0.0.1:2379',
    '--etcd-servers=https://etcd.example:2379',
    /etcd\.example, which the certificate etcd-server/,
  ],
  [
    'a peer of etcd is dialled by what is not certified',
    'master-1',
    '--initial-advertise-peer-urls=https://10.0.0.1:2380',
    '--initial-advertise-peer-urls=https://10.9.9.9:2380',
    /10\.9\.9\.9, which the certificate etcd-peer/,
  ],
  [
    'the kubelet is dialled by what is not certified',
    'worker-1',
    '--node-ip=10.0.0.11',
    '--node-ip=10.0.0.99',
    /10\.0\.0\.99, which the certificate kubelet-serving/,
  ],
  [
    'two programs listen on one port',
    'master-1',
    '--secure-port=6443',
    '--secure-port=10250',
    /kube-apiserver \(TLS\) and kubelet \(TLS\) both listen on port 10250/,
  ],
  [
    'etcd listens where it shows metrics',
    'master-1',
    '--listen-metrics-urls=http://127.0.0.1:2381',
    '--listen-metrics-urls=http://127.0.0.1:2380,http://127.0.0.1:2379',
    /both listen on port 2379/,
  ],
  [
    'a certificate is named that nobody issues',
    'worker-1',
    '/etc/kubernetes/pki/kubelet.crt',
    '/etc/kubernetes/pki/apiserver.crt',
    /names \/etc\/kubernetes\/pki\/apiserver\.crt, which nobody makes/,
  ],
  [
    'a configuration is named that nobody writes',
    'worker-1',
    '--config=/var/lib/kube-proxy/config.yaml',
    '--config=/etc/kubernetes/proxy.yaml',
    /\/etc\/kubernetes\/proxy\.yaml, which nobody makes/,
  ],
  [
    'a unit is waited for that nobody brings',
    'worker-1',
    /^After=network-online.target containerd.service/m,
    'After=network-online.target dockerd.service',
    /After=dockerd\.service, a unit that nobody brings/,
  ],
]

it.each(['easycerts', 'nixos', 'kubeadm', 'kubeasz'])(
  'a stack names no file that the layout %s does not have',
  (layout) => {
    const description = described({ layout })
    for (const { name } of description.nodes) {
      const { request, stack } = builtFor(name, description)
      expect(contradictionsOf(request, stack)).toEqual([])
    }
  },
)

describe('the stack of a master with the CA and a timer', () => {
  it.each([true, false])('contradicts itself nowhere, keys sealed: %s', (sealedKeys) => {
    const { request } = builtFor('master-1')
    const more = { ...request, caServer: { sealedKeys }, certmgrByTimer: true }
    expect(contradictionsOf(more, buildStack(more))).toEqual([])
  })
})

describe('a contradiction is found where', () => {
  it.each(FAULTS)('%s', (...[, node, before, after, message]) => {
    const { request, stack } = builtFor(node)
    const found = contradictionsOf(request, spoilt(stack, before, after))
    expect(found.join('\n')).toMatch(message)
    expect(found.length).toBeLessThanOrEqual(3)
  })

  it('a unit is enabled that is not there', () => {
    const { request, stack } = builtFor('worker-1')
    const found = contradictionsOf(request, { ...stack, units: [...stack.units, 'kubelt.service'] })
    expect(found).toEqual(['worker-1: kubelt.service is to be enabled, and is not in the stack'])
  })
})

describe('the check of a stack', () => {
  it('names every contradiction at once, and the node', () => {
    const { request, stack } = builtFor('worker-1')
    const twice = spoilt(
      spoilt(stack, '10.96.0.10', '10.0.7.1'),
      'NODE_NAME=worker-1',
      'NODE_NAME=w',
    )
    const failure = (() => {
      try {
        checkStack(request, twice)
        return undefined
      } catch (error) {
        return error as Error
      }
    })()
    expect(codeOf(() => checkStack(request, twice))).toBe('ERR_CONFIG_INVALID')
    expect(failure?.message.split('\n')).toHaveLength(2)
    expect(failure?.message).toMatch(/^worker-1: /m)
  })

  it('leaves the defects of a source to the files that name them', () => {
    const { request, stack } = builtFor('worker-1')
    const bad = spoilt(stack, '10.96.0.10', '10.0.7.1')
    expect(() => checkStack({ ...request, verbatim: true }, bad)).not.toThrow()
  })

  it('consists of rows with a name each', () => {
    expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length)
  })
})
