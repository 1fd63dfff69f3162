import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { execStart, readUnit } from '../../../support/units/read-unit.ts'
import { fileOf, type SampleRole, sampleStack } from '../../../support/units/sample-stacks.ts'
import type { Changes } from '../../../support/units/small-description.ts'

const argsOf = (unit: string, stack: ReturnType<typeof sampleStack>) =>
  execStart(fileOf(stack, `${unit}.service`))
const KUBELET = '/var/lib/kubelet/config.yaml'
const PROXY = '/var/lib/kube-proxy/config.yaml'

interface Row {
  readonly release: string
  readonly changes: Changes
  readonly node?: Changes
  /** Of a unit. */
  readonly has?: Readonly<Record<string, readonly string[]>>
  readonly lacks?: Readonly<Record<string, readonly string[]>>
  /** Of a file. */
  readonly fields?: Readonly<Record<string, object>>
}

const TAINT = { key: 'dedicated', value: 'db', effect: 'NoExecute' }
const DUAL = {
  services: ['10.96.0.0/12', 'fd00:10:96::/112'],
  pods: ['10.244.0.0/16', 'fd00:10:244::/56'],
}

const ROWS: Readonly<Record<string, Row>> = {
  'a taint is a flag before 1.23': {
    release: '1.22',
    changes: {},
    node: { taints: [TAINT] },
    has: {
      kubelet: [
        '--register-with-taints=node-role.kubernetes.io/control-plane=:NoSchedule,dedicated=db:NoExecute',
      ],
    },
  },
  'a taint is a field from 1.23 on': {
    release: '1.23',
    changes: {},
    node: { taints: [TAINT] },
    lacks: { kubelet: ['--register-with-taints'] },
    fields: {
      [KUBELET]: {
        registerWithTaints: [
          { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
          TAINT,
        ],
      },
    },
  },
  'labels are a flag': {
    release: '1.36',
    changes: {},
    node: { labels: { 'example.net/disk': 'ssd', zone: 'a' } },
    has: { kubelet: ['--node-labels=example.net/disk=ssd,zone=a'] },
  },
  'reserved resources are fields': {
    release: '1.36',
    changes: {
      reserved: {
        kube: { cpu: '200m' },
        system: { memory: '500Mi' },
        evictionHard: { 'memory.available': '200Mi' },
      },
    },
    fields: {
      [KUBELET]: {
        kubeReserved: { cpu: '200m' },
        systemReserved: { memory: '500Mi' },
        evictionHard: { 'memory.available': '200Mi' },
      },
    },
  },
  'feature gates go to every component': {
    release: '1.36',
    changes: { featureGates: { InPlacePodVerticalScaling: true, SomeBeta: false } },
    has: Object.fromEntries(
      ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((unit) => [
        unit,
        ['--feature-gates=InPlacePodVerticalScaling=true,SomeBeta=false'],
      ]),
    ),
    fields: {
      [KUBELET]: { featureGates: { InPlacePodVerticalScaling: true, SomeBeta: false } },
      [PROXY]: { featureGates: { InPlacePodVerticalScaling: true, SomeBeta: false } },
    },
  },
  'containerd is remote before 1.24': {
    release: '1.23',
    changes: {},
    has: {
      kubelet: [
        '--container-runtime=remote',
        '--container-runtime-endpoint=unix:///run/containerd/containerd.sock',
      ],
    },
  },
  'containerd has its socket as a flag until 1.26': {
    release: '1.26',
    changes: {},
    has: { kubelet: ['--container-runtime-endpoint=unix:///run/containerd/containerd.sock'] },
    lacks: { kubelet: ['--container-runtime=remote'] },
  },
  'containerd has its socket as a field from 1.27 on': {
    release: '1.27',
    changes: {},
    lacks: { kubelet: ['--container-runtime'] },
    fields: { [KUBELET]: { containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock' } },
  },
  'docker gets its flags of CNI': {
    release: '1.20',
    changes: { containerRuntime: { name: 'docker' } },
    has: {
      kubelet: [
        '--network-plugin=cni',
        '--cni-conf-dir=/etc/cni/net.d',
        '--cni-bin-dir=/opt/cni/bin',
      ],
    },
    lacks: { kubelet: ['--container-runtime'] },
    fields: {
      '/etc/docker/daemon.json': { 'exec-opts': ['native.cgroupdriver=systemd'], iptables: false },
    },
  },
  'docker with a bridge is kubenet': {
    release: '1.20',
    changes: { containerRuntime: { name: 'docker' }, cni: 'bridge' },
    has: { kubelet: ['--network-plugin=kubenet'] },
  },
  'two families reach every component': {
    release: '1.36',
    changes: { networks: DUAL },
    node: { addresses: ['10.0.0.1', '2001:db8::1'] },
    has: {
      'kube-apiserver': [
        '--service-cluster-ip-range=10.96.0.0/12,fd00:10:96::/112',
        '--advertise-address=10.0.0.1',
      ],
      'kube-controller-manager': [
        '--cluster-cidr=10.244.0.0/16,fd00:10:244::/56',
        '--service-cluster-ip-range=10.96.0.0/12,fd00:10:96::/112',
      ],
      kubelet: ['--node-ip=10.0.0.1,2001:db8::1'],
    },
    fields: {
      [PROXY]: { clusterCIDR: '10.244.0.0/16,fd00:10:244::/56' },
      '/etc/kube-flannel/net-conf.json': {
        Network: '10.244.0.0/16',
        EnableIPv6: true,
        IPv6Network: 'fd00:10:244::/56',
      },
    },
  },
  'IPv6 alone makes kube-proxy take that family': {
    release: '1.36',
    changes: { networks: { services: 'fd00:10:96::/112', pods: 'fd00:10:244::/56' } },
    node: { addresses: ['2001:db8::1'] },
    fields: {
      [PROXY]: { bindAddress: '::' },
      '/etc/kube-flannel/net-conf.json': { EnableIPv4: false, EnableIPv6: true },
    },
  },
  'proxyMode nftables': {
    release: '1.31',
    changes: { proxyMode: 'nftables' },
    fields: { [PROXY]: { mode: 'nftables' } },
  },
  'csrSigner makes controller manager sign': {
    release: '1.36',
    changes: { csrSigner: true },
    has: {
      'kube-controller-manager': [
        '--cluster-signing-cert-file=/etc/kubernetes/pki/csr-signer.crt',
        '--cluster-signing-key-file=/etc/kubernetes/pki/csr-signer.key',
      ],
    },
    lacks: { 'kube-controller-manager': ['--controllers='] },
  },
  'options of the section modern': {
    release: '1.36',
    changes: {
      modern: {
        cgroupDriver: 'cgroupfs',
        resolvConf: '/run/systemd/resolve/resolv.conf',
        flannelBackend: 'wireguard',
      },
    },
    fields: {
      [KUBELET]: { cgroupDriver: 'cgroupfs', resolvConf: '/run/systemd/resolve/resolv.conf' },
      '/etc/kube-flannel/net-conf.json': { Backend: { Type: 'wireguard' } },
    },
  },
  'a flag of the operator takes the place of ours': {
    release: '1.36',
    changes: {
      settings: { 'kube-apiserver': { extraFlags: { profiling: true, 'audit-log-path': '-' } } },
    },
    has: { 'kube-apiserver': ['--profiling=true', '--audit-log-path=-'] },
    lacks: { 'kube-apiserver': ['--profiling=false'] },
  },
  'admission plug-ins of the operator stand beside ours': {
    release: '1.36',
    changes: {
      settings: {
        'kube-apiserver': { extraFlags: { 'enable-admission-plugins': 'AlwaysPullImages' } },
      },
    },
    has: { 'kube-apiserver': ['--enable-admission-plugins=NodeRestriction,AlwaysPullImages'] },
  },
  'fields of the operator are merged with ours': {
    release: '1.36',
    changes: {
      settings: {
        kubelet: { config: { maxPods: 50, authentication: { webhook: { cacheTTL: '10s' } } } },
        'kube-proxy': { config: { ipvs: { strictARP: true } } },
        'kube-scheduler': {
          config: {
            profiles: [{ schedulerName: 'own' }],
            leaderElection: { leaseDuration: '30s' },
          },
        },
        flanneld: { config: { Backend: { VNI: 4096 } } },
      },
    },
    fields: {
      [KUBELET]: {
        maxPods: 50,
        authentication: {
          anonymous: { enabled: false },
          webhook: { enabled: true, cacheTTL: '10s' },
        },
      },
      [PROXY]: { ipvs: { strictARP: true }, mode: 'iptables' },
      '/etc/kubernetes/scheduler.yaml': {
        profiles: [{ schedulerName: 'own' }],
        leaderElection: { leaderElect: true, leaseDuration: '30s' },
      },
      '/etc/kube-flannel/net-conf.json': { Backend: { Type: 'vxlan', VNI: 4096 } },
    },
  },
}

describe('an option', () => {
  test.each(Object.entries(ROWS))('%s', (_, { release, changes, node, has, lacks, fields }) => {
    const stack = sampleStack('master', release, changes, node)
    for (const [unit, args] of Object.entries(has ?? {}))
      expect(argsOf(unit, stack)).toEqual(expect.arrayContaining([...args]))
    for (const [unit, starts] of Object.entries(lacks ?? {}))
      for (const start of starts)
        expect(argsOf(unit, stack).filter((each) => each.startsWith(start))).toEqual([])
    for (const [file, value] of Object.entries(fields ?? {}))
      expect(parse(fileOf(stack, file))).toMatchObject(value)
  })

  const lineIn = (file: string, changes: Changes, release = '1.36') =>
    fileOf(sampleStack('worker', release, changes), file)

  test.each([
    [
      'config.toml',
      { containerRuntime: { name: 'containerd', version: '2' } },
      '1.30',
      'version = 3\n',
    ],
    [
      'config.toml',
      { containerRuntime: { name: 'containerd', version: '1.7' } },
      '1.35',
      'version = 2\n',
    ],
    [
      'config.toml',
      { modern: { sandboxImage: 'registry.k8s.io/pause:3.10' } },
      '1.36',
      "[plugins.'io.containerd.cri.v1.images'.pinned_images]\n  sandbox = 'registry.k8s.io/pause:3.10'\n",
    ],
    [
      'config.toml',
      { modern: { sandboxImage: 'registry.k8s.io/pause:3.10' } },
      '1.30',
      "[plugins.'io.containerd.grpc.v1.cri']\n  sandbox_image = 'registry.k8s.io/pause:3.10'\n",
    ],
    ['config.toml', { cni: 'bridge' }, '1.36', "conf_template = '/etc/containerd/cni.template'\n"],
    ['cni.template', { cni: 'bridge' }, '1.36', '"type": "bridge"'],
    ['calico.conf', { cni: 'calico' }, '1.36', 'interface-name:cali*'],
    ['modules-load.d/easycerts.conf', { proxyMode: 'ipvs' }, '1.30', 'ip_vs_rr\n'],
    [
      'kubelet.service',
      { programs: { kubernetesBinDirectory: '/opt/kube/bin' } },
      '1.36',
      '/opt/kube/bin/kubelet',
    ],
    [
      'containerd.service',
      { settings: { containerd: { extraFlags: { 'log-level': 'debug' } } } },
      '1.36',
      '--log-level=debug',
    ],
  ] as const)('is seen in %s: %j', (file, changes, release, line) => {
    expect(lineIn(file, changes, release)).toContain(line)
  })

  test.each([
    ['flannel', '/etc/cni/net.d/10-flannel.conflist', true],
    ['calico', '/etc/cni/net.d/10-flannel.conflist', false],
    ['none', '/etc/cni/net.d/10-flannel.conflist', false],
    ['bridge', '/etc/cni/net.d/10-flannel.conflist', false],
  ])('cni %s writes %s: %s', (cni, path, isThere) => {
    const stack = sampleStack('worker', '1.36', { cni })
    expect(stack.files.some((file) => file.path === path)).toBe(isThere)
    expect(stack.units.includes('flanneld.service')).toBe(isThere)
  })
})

describe('components are switched one by one', () => {
  const unitsWith = (role: SampleRole, components: Changes) =>
    sampleStack(role, '1.36', {}, { components }).units

  test.each([
    ['etcd', 'etcd.service'],
    ['apiserver', 'kube-apiserver.service'],
    ['apiserver', 'kube-apiserver-online.service'],
    ['controllerManager', 'kube-controller-manager.service'],
    ['scheduler', 'kube-scheduler.service'],
    ['addonManager', 'kube-addon-manager.service'],
    ['addonManager', 'kube-addon-manager-bootstrap.service'],
    ['kubelet', 'kubelet.service'],
    ['kubelet', 'containerd.service'],
    ['proxy', 'kube-proxy.service'],
    ['flannel', 'flanneld.service'],
    ['certificates', 'certmgr.service'],
  ])('%s has %s', (component, unit) => {
    const etcdAlone = component === 'etcd' ? { apiserver: false } : {}
    expect(unitsWith('master', {})).toContain(unit)
    expect(unitsWith('master', { [component]: false, ...etcdAlone })).not.toContain(unit)
  })

  test('what comes after kube-apiserver waits for the one beside it, and for none elsewhere', () => {
    const afterOf = (components: Changes) => {
      const stack = sampleStack('master', '1.36', {}, { components })
      return readUnit(fileOf(stack, 'kube-scheduler.service')).find(({ name }) => name === 'After')
        ?.value
    }
    expect(afterOf({})).toContain('kube-apiserver-online.service')
    expect(afterOf({ apiserver: false })).toBe('network-online.target')
  })

  test('the members of etcd are all nodes that run it', () => {
    const nodes = [1, 2, 3].map((index) => ({
      name: `m-${index}`,
      roles: ['master'],
      addresses: [`10.0.0.${index}`],
      ...(index === 3 ? { components: { etcd: false } } : {}),
    }))
    const [first, , third] = [0, 1, 2].map((index) =>
      sampleStack('master', '1.36', { nodes: [...nodes.slice(index), ...nodes.slice(0, index)] }),
    )
    expect(argsOf('etcd', first!)).toContain(
      '--initial-cluster=m-1=https://10.0.0.1:2380,m-2=https://10.0.0.2:2380',
    )
    expect(argsOf('kube-apiserver', third!)).toContain(
      '--etcd-servers=https://10.0.0.1:2379,https://10.0.0.2:2379',
    )
  })
})
