import { describe, expect, test } from 'vitest'
import { describeSmall, faultsIn, type Changes } from '../../../support/units/small-description.ts'
import { sampleStack } from '../../../support/units/sample-stacks.ts'

const flags = (component: string, extraFlags: Changes) => ({
  settings: { [component]: { extraFlags } },
})
const config = (component: string, fields: Changes) => ({
  settings: { [component]: { config: fields } },
})
const withNode = (node: Changes) => ({ nodes: [{ name: 'a', roles: ['master'], ...node }] })

const REFUSED: Readonly<Record<string, readonly [changes: Changes, text: string]>> = {
  rkt: [{ containerRuntime: { name: 'rkt' } }, 'rkt is gone in Kubernetes 1.11'],
  'docker at 1.24': [
    { kubernetesVersion: '1.24', containerRuntime: { name: 'docker' } },
    'docker is gone in Kubernetes 1.24',
  ],
  'containerd 1 at 1.36': [
    { containerRuntime: { name: 'containerd', version: '1.7' } },
    '1.35 is the last one that runs on containerd 1.x',
  ],
  'containerd 2 at 1.22': [
    { kubernetesVersion: '1.22', containerRuntime: { name: 'containerd', version: '2' } },
    'the kubelet knows since 1.23',
  ],
  'nftables at 1.30': [
    { kubernetesVersion: '1.30', proxyMode: 'nftables' },
    'must not be nftables before Kubernetes 1.31',
  ],
  'two families at 1.20': [
    {
      kubernetesVersion: '1.20',
      networks: { services: ['10.96.0.0/12', 'fd00::/112'], pods: ['10.244.0.0/16', 'fd01::/56'] },
    },
    'has one range before Kubernetes 1.21',
  ],
  'more services than a bitmap holds': [
    { kubernetesVersion: '1.32', networks: { services: '10.0.0.0/8', pods: '172.16.0.0/16' } },
    'takes /12 at most',
  ],
  'pods in a range that cannot be divided': [
    { networks: { pods: '10.244.0.0/25' } },
    'each node gets a /24',
  ],
  'pods in an IPv6 range of too many nodes': [
    { networks: { services: 'fd00:1::/112', pods: 'fd00:2::/40' } },
    'each node gets a /64',
  ],
  'kube-apiserver where nobody runs etcd': [
    withNode({ components: { etcd: false } }),
    'no node of the description runs etcd',
  ],
  'two members of etcd without addresses': [
    { nodes: ['a', 'b'].map((name) => ({ name, roles: ['master'] })) },
    'other members need an address of it',
  ],
  'a label by which a node would raise itself': [
    withNode({ labels: { 'node-role.kubernetes.io/control-plane': '' } }),
    'the kubelet would not start',
  ],
  'a flag that is gone': [
    flags('kubelet', { 'pod-infra-container-image': 'x' }),
    'is gone since 1.35: use the sandbox image in the configuration of containerd',
  ],
  'a flag that is not there yet': [
    { kubernetesVersion: '1.21', ...flags('kubelet', { 'seccomp-default': true }) },
    'is there since 1.22, not in 1.21',
  ],
  'a flag in two spellings': [
    flags('kube-apiserver', { 'event-ttl': '1h', event_ttl: '2h' }),
    'stands twice',
  ],
  'a flag that kube-proxy would ignore': [
    flags('kube-proxy', { 'cluster-cidr': '10.0.0.0/8' }),
    'is ignored beside a configuration file',
  ],
  'a TLS below 1.2': [
    flags('kube-scheduler', { 'tls-min-version': 'VersionTLS10' }),
    'weakens the cluster',
  ],
  'an admission that would let nodes change others': [
    flags('kube-apiserver', { 'disable-admission-plugins': 'A,NodeRestriction' }),
    'weakens the cluster',
  ],
  'a field that is unknown': [
    config('kubelet', { maxPodz: 5 }),
    'is no field of KubeletConfiguration',
  ],
  'a field that is not there yet': [
    { kubernetesVersion: '1.30', ...config('kubelet', { failCgroupV1: false }) },
    'is a field since 1.31, not in 1.30',
  ],
  'a field that is gone': [
    config('kube-proxy', { udpIdleTimeout: '1s' }),
    'is no field any more since 1.26',
  ],
  'a field that opens the kubelet': [
    config('kubelet', { authentication: { anonymous: { enabled: true } } }),
    'authentication.anonymous decides who gets in',
  ],
  'a field that replaces a whole section': [
    config('kubelet', { authorization: null }),
    'authorization.mode decides who gets in',
  ],
  'a field that the description says elsewhere': [
    config('kubelet', { clusterDNS: ['10.96.0.11'] }),
    'comes from networks.dns',
  ],
  'a file of a component that has none': [
    config('kube-apiserver', { a: 1 }),
    'kube-apiserver has flags and no such file',
  ],
  'a file of the scheduler before its version 1': [
    { kubernetesVersion: '1.24', ...config('kube-scheduler', { profiles: [] }) },
    'needs Kubernetes 1.25',
  ],
}

describe('refused is', () => {
  test.each(Object.entries(REFUSED))('%s', (_, [changes, text]) => {
    expect(faultsIn(changes).join('\n')).toContain(text)
  })

  test.each([
    ['kube-apiserver', 'anonymous-auth', true],
    ['kube-apiserver', 'authorization-mode', 'AlwaysAllow'],
    ['kube-apiserver', 'authorization_mode', 'AlwaysAllow'],
    ['kube-apiserver', 'client-ca-file', '/tmp/ca'],
    ['kube-apiserver', 'tls-private-key-file', '/tmp/key'],
    ['kube-apiserver', 'requestheader-allowed-names', ''],
    ['kube-apiserver', 'etcd-cafile', '/tmp/ca'],
    ['kube-apiserver', 'kubelet-certificate-authority', '/tmp/ca'],
    ['kube-apiserver', 'insecure-port', 8080],
    ['kube-controller-manager', 'authorization-always-allow-paths', '/*'],
    ['kube-controller-manager', 'root-ca-file', '/tmp/ca'],
    ['kubelet', 'anonymous-auth', true],
    ['kubelet', 'authorization-mode', 'AlwaysAllow'],
    ['kubelet', 'read-only-port', 10_255],
    ['kubelet', 'config', '/tmp/config'],
    ['etcd', 'client-cert-auth', false],
    ['etcd', 'auto-tls', true],
    ['flanneld', 'kubeconfig-file', '/tmp/x'],
  ])('of %s the flag --%s, which easycerts sets itself', (component, name, value) => {
    expect(faultsIn(flags(component, { [name]: value }))).toHaveLength(1)
  })
})

test.each([
  withNode({
    labels: { 'node.kubernetes.io/role': 'db', 'topology.kubernetes.io/zone': 'a', own: 'x' },
  }),
  {
    networks: { pods: '10.244.0.0/25' },
    ...flags('kube-controller-manager', { 'node-cidr-mask-size': 28 }),
  },
  { kubernetesVersion: '1.33', networks: { services: '10.0.0.0/8', pods: '172.16.0.0/16' } },
  { kubernetesVersion: '1.23', containerRuntime: { name: 'docker' } },
  { kubernetesVersion: '1.35', containerRuntime: { name: 'containerd', version: '1.7' } },
  flags('kubelet', { v: 4, 'seccomp-default': true }),
])('a description that Kubernetes would take is taken: %j', (changes) => {
  expect(() => describeSmall(changes)).not.toThrow()
})

describe('a warning is given of', () => {
  test.each([
    [
      '1.35',
      { proxyMode: 'ipvs' },
      'proxyMode ipvs is deprecated since 1.35: use nftables or iptables',
    ],
    [
      '1.22',
      { containerRuntime: { name: 'docker' } },
      'docker is deprecated since 1.20, and gone in 1.24: use containerd',
    ],
    [
      '1.35',
      { containerRuntime: { name: 'containerd', version: '1.7' } },
      'Kubernetes 1.35 is the last one that runs on containerd 1.x',
    ],
    [
      '1.36',
      { cni: 'calico' },
      'calico itself is not written: apply its manifest, with the same range of pods',
    ],
    [
      '1.36',
      flags('kubelet', { 'max-pods': 50 }),
      '--max-pods of kubelet is deprecated since 1.10: use maxPods in KubeletConfiguration',
    ],
    [
      '1.36',
      flags('kubelet', { 'of-tomorrow': 1 }),
      'nothing is known of --of-tomorrow of kubelet',
    ],
  ] as const)('%s %j', (release, changes, warning) => {
    expect(sampleStack('worker', release, changes).warnings).toEqual([warning])
  })

  test('nothing in an ordinary cluster', () => {
    expect(sampleStack('both', '1.36').warnings).toBeUndefined()
    expect(sampleStack('both', '1.34', { proxyMode: 'ipvs' }).warnings).toBeUndefined()
  })
})
