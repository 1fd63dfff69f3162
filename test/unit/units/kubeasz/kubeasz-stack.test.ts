import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { codeOf } from '../../../support/to-throw-code.ts'
import { describedStack, exampleText } from '../../../support/units/described-stack.ts'
import { execStart, readUnit } from '../../../support/units/read-unit.ts'
import { fileOf } from '../../../support/units/sample-stacks.ts'

const base = {
  name: 'prod',
  flavour: 'kubeasz',
  masterAddress: '192.168.1.10',
  nodes: [
    { name: 'master-1', roles: ['master'], addresses: ['192.168.1.1'] },
    { name: 'worker-1', roles: ['node'], addresses: ['192.168.1.42'] },
  ],
}
const with_ = (kubeasz: object, more: object = {}) => ({ ...base, ...more, kubeasz })
/** Without certificates of certmgr: kubeasz's own. */
const OWN = { without: ['certificates'] }
const stackOf = (description: object, node = 'worker-1', verbatim = false) =>
  describedStack(description as typeof base, node, { verbatim })
const flagsOf = (description: object, unit = 'kubelet.service') =>
  execStart(fileOf(stackOf(description), unit)).slice(1)
const valuesOf = (unit: string, key: string) =>
  readUnit(unit)
    .filter(({ name }) => name === key)
    .map(({ value }) => value.replace(/\s+/g, ' '))

describe('an option of kubeasz changes', () => {
  it.each<readonly [object, string, string]>([
    [
      with_({ caDirectory: '/srv/ssl' }, OWN),
      'kubelet.service',
      '--client-ca-file=/srv/ssl/ca.pem',
    ],
    [
      with_({ caDirectory: '/srv/ssl' }, OWN),
      'kubelet.service',
      '--tls-cert-file=/srv/ssl/kubelet.pem',
    ],
    [
      with_({ sandboxImage: 'm.example/pause:1' }),
      'kubelet.service',
      '--pod-infra-container-image=m.example/pause:1',
    ],
    [
      with_({ kubeletRootDirectory: '/data/kubelet' }),
      'kubelet.service',
      '--root-dir=/data/kubelet',
    ],
    [with_({ manifestDirectory: '/srv/m' }), 'kubelet.service', '--pod-manifest-path=/srv/m'],
    [with_({ maxPods: 30 }), 'kubelet.service', '--max-pods=30'],
    [with_({ cgroupDriver: 'systemd' }), 'kubelet.service', '--cgroup-driver=systemd'],
    [with_({ serviceTraffic: 'masquerade-all' }), 'kube-proxy.service', '--masquerade-all=true'],
    [base, 'kube-proxy.service', '--cluster-cidr=172.20.0.0/16'],
    [base, 'kube-proxy.service', '--proxy-mode=iptables'],
    [{ ...base, proxyMode: 'ipvs' }, 'kube-proxy.service', '--proxy-mode=ipvs'],
    [base, 'kubelet.service', '--kube-reserved=cpu=200m,memory=500Mi,ephemeral-storage=1Gi'],
    [base, 'kubelet.service', '--eviction-hard=memory.available<200Mi,nodefs.available<10%'],
    [{ ...base, reserved: { kube: { cpu: '1' } } }, 'kubelet.service', '--kube-reserved=cpu=1'],
    [
      { ...base, reserved: { evictionHard: { 'nodefs.available': '5%' } } },
      'kubelet.service',
      '--eviction-hard=nodefs.available<5%',
    ],
    [{ ...base, domain: 'example.org' }, 'kubelet.service', '--cluster-domain=example.org'],
    [base, 'kubelet.service', '--cluster-dns=10.68.0.2'],
    [base, 'kubelet.service', '--address=192.168.1.42'],
    [
      { ...base, programs: { kubernetesBinDirectory: '/srv/bin' } },
      'kubelet.service',
      '--cni-bin-dir=/srv/bin',
    ],
    [{ ...base, featureGates: { A: true } }, 'kubelet.service', '--feature-gates=A=true'],
    [
      { ...base, settings: { 'kube-proxy': { extraFlags: { v: 4 } } } },
      'kube-proxy.service',
      '--v=4',
    ],
  ])('%j: %s has %s', (description, unit, flag) => {
    expect(flagsOf(description, unit)).toContain(flag)
  })

  it('nothing of who may call services but what was asked for', () => {
    const traffic = (serviceTraffic: string) =>
      flagsOf(with_({ serviceTraffic }), 'kube-proxy.service').filter((flag) =>
        /cluster-cidr|masquerade-all/.test(flag),
      )
    expect(traffic('plain')).toEqual([])
    expect(traffic('masquerade-all')).toEqual(['--masquerade-all=true'])
    expect(traffic('cluster-cidr')).toEqual(['--cluster-cidr=172.20.0.0/16'])
  })

  it('the cgroups that are made first: none with cgroup v2, of which it warns', () => {
    const made = (cgroupVersion: number) =>
      valuesOf(fileOf(stackOf(with_({ cgroupVersion })), 'kubelet.service'), 'ExecStartPre')
    expect(made(2)).toEqual([])
    expect(made(1).map((line) => line.replace(/ \\ /g, ' '))).toEqual(
      ['cpuset', 'hugetlb', 'memory', 'pids'].map(
        (name) => `/bin/mkdir -p /sys/fs/cgroup/${name}/system.slice/kubelet.service`,
      ),
    )
    expect(stackOf(with_({ cgroupVersion: 2 })).warnings).toHaveLength(1)
  })

  it('both flags of cluster DNS, or neither', () => {
    const dns = (clusterDns: boolean) =>
      flagsOf(with_({ clusterDns })).filter((flag) => /cluster-(dns|domain)/.test(flag))
    expect([dns(true).length, dns(false).length]).toEqual([2, 0])
  })

  it('apiserver, which kubeconfigs name', () => {
    const server = (description: object) =>
      parse(fileOf(stackOf(description), 'kubelet.kubeconfig')) as {
        clusters: { cluster: { server: string } }[]
      }
    expect(server(base).clusters[0]!.cluster.server).toBe('https://192.168.1.10:8443')
    const other = with_({ apiserver: 'https://lb.example:6443' })
    expect(server(other).clusters[0]!.cluster.server).toBe('https://lb.example:6443')
  })
})

describe('the repaired node', () => {
  it('has one name in kubelet, kube-proxy, certificate and kubeconfig', () => {
    const name = '--hostname-override=worker-1'
    expect(flagsOf(base)).toContain(name)
    expect(flagsOf(base, 'kube-proxy.service')).toContain(name)
    const csr = JSON.parse(fileOf(stackOf(base), 'kubelet-csr.json')) as object
    expect(csr).toEqual({
      CN: 'system:node:worker-1',
      hosts: ['127.0.0.1', 'worker-1', '192.168.1.42'],
      key: { algo: 'rsa', size: 2048 },
      names: [{ O: 'system:nodes' }],
    })
    expect(fileOf(stackOf(base), 'kubelet.kubeconfig')).toContain('system:node:worker-1')
  })

  it('reads its credentials from files, so that a renewal reaches it', () => {
    const credentials = (description: object, name: string) => {
      const text = fileOf(stackOf(description), `${name}.kubeconfig`)
      expect(text).not.toContain('-data')
      return [...text.matchAll(/(?:authority|certificate|key): (.*)/g)].map(([, path]) => path)
    }
    const ssl = '/etc/kubernetes/ssl'
    expect(credentials(base, 'kubelet')).toEqual([
      `${ssl}/server-ca.pem`,
      `${ssl}/kubelet-client.pem`,
      `${ssl}/kubelet-client-key.pem`,
    ])
    const own = { ...base, ...OWN }
    expect(credentials(own, 'kubelet')).toEqual(
      ['ca', 'kubelet', 'kubelet-key'].map((name) => `${ssl}/${name}.pem`),
    )
    expect(credentials(own, 'kube-proxy')).toEqual(
      ['ca', 'kube-proxy', 'kube-proxy-key'].map((name) => `${ssl}/${name}.pem`),
    )
  })

  it('has its directories before the first start', () => {
    const options = with_({ kubeletRootDirectory: '/data/kubelet' })
    const made = fileOf(stackOf(options), 'tmpfiles.d/kubeasz.conf')
    for (const path of [
      '/var/lib/kubelet',
      '/var/lib/kube-proxy',
      '/etc/cni/net.d',
      '/data/kubelet',
    ])
      expect(made).toContain(`d ${path} 0755 root root\n`)
    expect(valuesOf(fileOf(stackOf(base), 'kubelet.service'), 'StateDirectory')).toEqual([
      'kubelet',
    ])
  })

  it('has the taints and labels of its description', () => {
    const [master] = base.nodes
    const taint = { key: 'a', value: 'b', effect: 'NoExecute' }
    const nodes = [{ ...master, taints: [taint], labels: { c: 'd' } }]
    const unit = fileOf(stackOf({ ...base, nodes }, 'master-1'), 'kubelet.service')
    expect(execStart(unit)).toContain(
      '--register-with-taints=node-role.kubernetes.io/master=true:NoSchedule,a=b:NoExecute',
    )
    expect(execStart(unit)).toContain('--node-labels=c=d')
  })
})

describe('the pod network', () => {
  const cniOf = (cni: string, node: string) =>
    stackOf({ ...base, cni }, node).files.filter(({ path }) => path.startsWith('/etc/cni'))

  it('of bridges has a part for each node', () => {
    const subnets = ['master-1', 'worker-1'].map((node) => {
      const [file] = cniOf('bridge', node)
      return (JSON.parse(file!.content) as { ipam: { subnet: string } }).ipam.subnet
    })
    expect(subnets).toEqual(['172.20.0.0/24', '172.20.1.0/24'])
  })

  it('of flannel has a list of plugins, and calico writes its own', () => {
    const [file] = cniOf('flannel', 'worker-1')
    expect(file?.path).toBe('/etc/cni/net.d/10-flannel.conflist')
    expect(cniOf('calico', 'worker-1')).toEqual([])
  })
})

describe('a master', () => {
  it('has the role bindings', () => {
    const text = fileOf(
      stackOf(with_({ bootstrapGroup: 'g:x' }), 'master-1'),
      'kubeasz-role-bindings.yaml',
    )
    const [first] = parseAllDocuments(text).map((document) => document.toJS() as object)
    expect(first).toMatchObject({
      kind: 'ClusterRoleBinding',
      roleRef: { name: 'system:node-bootstrapper' },
      subjects: [{ kind: 'Group', name: 'g:x' }],
    })
  })

  it('alone has the script that approves requests', () => {
    const has = (node: string) =>
      stackOf(base, node).files.some(({ path }) => path.endsWith('approve-node-requests'))
    expect([has('master-1'), has('worker-1')]).toEqual([true, false])
  })
})

describe('a description for kubeasz is refused', () => {
  const flags = (component: string, extraFlags: object) => ({
    settings: { [component]: { extraFlags } },
  })
  it.each<readonly [string, object]>([
    [
      'with masquerade-all beside network policies',
      { kubeasz: { networkPolicy: true, serviceTraffic: 'masquerade-all' } },
    ],
    [
      'with the flag for it beside network policies',
      { kubeasz: { networkPolicy: true }, ...flags('kube-proxy', { 'masquerade-all': true }) },
    ],
    ['with a hostname for the kubelet alone', flags('kubelet', { 'hostname-override': 'a' })],
    ['with a hostname for kube-proxy alone', flags('kube-proxy', { hostname_override: 'a' })],
    [
      'with half of cluster DNS',
      { kubeasz: { clusterDns: false }, ...flags('kubelet', { 'cluster-dns': '1.2.3.4' }) },
    ],
    ['without an address', { nodes: [{ name: 'a', roles: ['node'] }] }],
    ['with a bridge that has no room', { cni: 'bridge', networks: { pods: '172.20.0.0/24' } }],
    ['with containerd', { containerRuntime: { name: 'containerd' } }],
    ['without CNI', { cni: 'none' }],
    ['with nftables', { proxyMode: 'nftables' }],
    ['with fields of configuration files', { settings: { kubelet: { config: { a: 1 } } } }],
    ['with flags of what it does not write', flags('etcd', { a: 1 })],
    ['with a user that holds a quote', { kubeasz: { bootstrapUser: "a'; reboot; '" } }],
    ['for 1.15', { kubernetesVersion: '1.15' }],
  ])('%s', (_, more) => {
    expect(codeOf(() => stackOf({ ...base, ...more }, 'a'))).toBe('ERR_CONFIG_INVALID')
  })

  it('and not with cluster-cidr beside network policies, since 2019-08', () => {
    expect(flagsOf(with_({ networkPolicy: true }), 'kube-proxy.service')).toContain(
      '--cluster-cidr=172.20.0.0/16',
    )
  })
})

describe('the page’s own form', () => {
  const nodes = [{ name: '192.168.1.42', roles: ['node'], addresses: ['192.168.1.42'] }]
  const VARIABLES: Readonly<Record<string, string>> = {
    bin_dir: '/opt/kube/bin',
    ca_dir: '/etc/kubernetes/ssl',
    inventory_hostname: '192.168.1.42',
    CLUSTER_DNS_SVC_IP: '10.68.0.2',
    CLUSTER_DNS_DOMAIN: 'cluster.local.',
    MAX_PODS: '110',
    KUBELET_ROOT_DIR: '/var/lib/kubelet',
    KUBE_RESERVED: 'cpu=200m,memory=500Mi,ephemeral-storage=1Gi',
    HARD_EVICTION: 'memory.available<200Mi,nodefs.available<10%',
  }
  const page = (name: string) =>
    readFileSync(new URL(`../../../fixtures/kubeasz/${name}.j2`, import.meta.url), 'utf8').replace(
      /\{\{ (\w+) \}\}/g,
      (_, variable: string) => VARIABLES[variable]!,
    )

  it.each(['kubelet.service', 'kube-proxy.service'])('is that of the page: %s', (name) => {
    const text = fileOf(stackOf({ ...base, nodes }, '192.168.1.42', true), name)
    const [comments, unit] = [/^#.*$/gm, text.replace(/^#.*\n/gm, '')]
    expect(unit).toBe(page(name))
    expect(text.match(comments)?.every((line) => line.startsWith('# Defect: '))).toBe(true)
  })

  it('embeds certificates and approves whatever waits, and says that these are defects', () => {
    const stack = stackOf(base, 'master-1', true)
    expect(fileOf(stack, 'make-kubeconfigs.sh')).toContain('--embed-certs=true')
    expect(fileOf(stack, 'make-kubeconfigs.sh')).toContain('# Defect: ')
    expect(fileOf(stack, 'approve-csr.sh')).toContain("grep 'Pending'")
    expect(fileOf(stack, 'approve-csr.sh')).toContain('# Defect: it approves every request')
  })
})

it('the example is a description', () => {
  expect(describedStack(exampleText('kubeasz'), '192.168.1.42').units).toEqual([
    'certmgr.service',
    'kubelet.service',
    'kube-proxy.service',
  ])
})
