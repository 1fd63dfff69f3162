import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../../../support/to-throw-code.ts'
import { describedStack, exampleText } from '../../../support/units/described-stack.ts'
import { execStart, readCommand, readUnit } from '../../../support/units/read-unit.ts'
import { fileOf } from '../../../support/units/sample-stacks.ts'

const base = {
  name: 'attic',
  flavour: 'kubelet-wrapper',
  masterAddress: 'controller.example',
  nodes: [
    { name: 'controller', roles: ['master'], addresses: ['10.0.0.1'] },
    { name: 'worker-1', roles: ['node'], addresses: ['10.0.0.2'] },
  ],
}
const wrapped = (kubeletWrapper: object, more: object = {}) => ({
  ...base,
  ...more,
  kubeletWrapper,
})
const unitOf = (description: object, node = 'worker-1', verbatim = false) =>
  fileOf(describedStack(description as typeof base, node, { verbatim }), 'kubelet.service')
const flagsOf = (description: object, node = 'worker-1') =>
  execStart(unitOf(description, node)).slice(1)
const environmentOf = (unit: string, name: string) =>
  readUnit(unit)
    .filter((directive) => directive.name === 'Environment')
    .map(({ value }) => readCommand(value)[0]!)
    .find((word) => word.startsWith(`${name}=`))
    ?.slice(name.length + 1)
const rktWordsOf = (options: object) =>
  environmentOf(unitOf(wrapped(options)), 'RKT_RUN_ARGS')!.split(' ')

const UUID = '--uuid-file-save=/var/run/kubelet-pod.uuid'

describe('RKT_RUN_ARGS', () => {
  it.each([
    [{}, [UUID]],
    [
      { hostDns: true },
      [
        '--volume=resolv,kind=host,source=/etc/resolv.conf',
        '--mount',
        'volume=resolv,target=/etc/resolv.conf',
        UUID,
      ],
    ],
    [
      { iscsi: true },
      [
        '--volume',
        'iscsiadm,kind=host,source=/usr/sbin/iscsiadm',
        '--mount',
        'volume=iscsiadm,target=/usr/sbin/iscsiadm',
        UUID,
      ],
    ],
    [
      { rbd: true },
      [
        ...[
          '--volume',
          'modprobe,kind=host,source=/usr/sbin/modprobe',
          '--mount',
          'volume=modprobe,target=/usr/sbin/modprobe',
        ],
        ...[
          '--volume',
          'lib-modules,kind=host,source=/lib/modules',
          '--mount',
          'volume=lib-modules,target=/lib/modules',
          UUID,
        ],
      ],
    ],
    [{ rktRunArguments: ['--net=host', '--a="$b%c\\d\''] }, ['--net=host', '--a="$b%c\\d\'', UUID]],
    [{ uuidFile: '/run/k.uuid' }, ['--uuid-file-save=/run/k.uuid']],
  ])('for %j has these words', (options, words) => {
    expect(rktWordsOf(options)).toEqual(words)
  })

  it('has all of them together', () => {
    expect(rktWordsOf({ hostDns: true, iscsi: true, rbd: true })).toHaveLength(3 + 4 + 8 + 1)
  })
})

describe('the image', () => {
  it.each([
    [{}, { KUBELET_IMAGE_TAG: 'v1.5.4_coreos.0' }],
    [{ image: { tag: 'v1.5.7_coreos.0' } }, { KUBELET_IMAGE_TAG: 'v1.5.7_coreos.0' }],
    [
      { image: { tag: 'v1.5.4', url: 'docker://mirror.example:5000/hyperkube' } },
      { KUBELET_IMAGE_TAG: 'v1.5.4', KUBELET_IMAGE_URL: 'docker://mirror.example:5000/hyperkube' },
    ],
    [
      { image: { image: 'mirror.example/hyperkube:v1.5.4' } },
      { KUBELET_IMAGE: 'mirror.example/hyperkube:v1.5.4' },
    ],
  ])('%j is what the wrapper is told', (options, variables) => {
    const unit = unitOf(wrapped(options))
    const names = ['KUBELET_IMAGE_TAG', 'KUBELET_IMAGE_URL', 'KUBELET_IMAGE']
    const told = names.map((name) => [name, environmentOf(unit, name)] as const)
    expect(Object.fromEntries(told.filter(([, value]) => value !== undefined))).toEqual(variables)
  })
})

describe('the kubelet', () => {
  it('knows who calls it, and dials kube-apiserver with a certificate', () => {
    expect(flagsOf(base)).toEqual(
      expect.arrayContaining([
        '--api-servers=https://controller.example:443',
        '--kubeconfig=/etc/kubernetes/kubelet.conf',
        '--anonymous-auth=false',
        '--authorization-mode=Webhook',
        '--authentication-token-webhook=true',
        '--read-only-port=0',
      ]),
    )
    for (const flag of ['--client-ca-file=/', '--tls-cert-file=/', '--tls-private-key-file=/'])
      expect(flagsOf(base).filter((word) => word.startsWith(flag))).toHaveLength(1)
  })

  it('is open only where somebody asked for it, and then with a warning', () => {
    const open = wrapped({ unauthenticated: true })
    const flags = flagsOf(open, 'controller')
    expect(flags).toContain('--api-servers=http://127.0.0.1:8080')
    expect(
      flags.filter((flag) => /anonymous|client-ca|authorization|kubeconfig/.test(flag)),
    ).toEqual([])
    const warnings = (description: object) =>
      (describedStack(description as typeof base, 'controller').warnings ?? []).join()
    expect(warnings(open)).toContain('asks nobody who he is')
    expect(warnings(base)).not.toContain('asks nobody who he is')
  })

  it.each([
    ['a worker', 'worker-1', false],
    ['a controller', 'controller', true],
  ])('of %s takes pods or does not', (_, node, keptOff) => {
    expect(flagsOf(base, node).includes('--register-schedulable=false')).toBe(keptOff)
  })

  it.each([
    [wrapped({ manifestDirectory: '/srv/manifests' }), '--pod-manifest-path=/srv/manifests'],
    [
      wrapped({ apiServers: ['https://a:443', 'https://b:443'] }),
      '--api-servers=https://a:443,https://b:443',
    ],
    [wrapped({ allowPrivileged: false }), '--allow-privileged=false'],
    [{ ...base, apiserverPort: 6443 }, '--api-servers=https://controller.example:6443'],
    [{ ...base, domain: 'example.org' }, '--cluster_domain=example.org'],
    [{ ...base, networks: { dns: '10.3.0.77' } }, '--cluster_dns=10.3.0.77'],
    [base, '--cluster_dns=10.3.0.10'],
    [base, '--hostname-override=worker-1'],
    [base, '--cni-conf-dir=/etc/kubernetes/cni/net.d'],
    [base, '--container-runtime=docker'],
    [
      { ...base, containerRuntime: { name: 'rkt' } },
      '--rkt-stage1-image=coreos.com/rkt/stage1-coreos',
    ],
    [{ ...base, featureGates: { AppArmor: false } }, '--feature-gates=AppArmor=false'],
    [
      { ...base, reserved: { kube: { cpu: '200m', memory: '1Gi' } } },
      '--kube-reserved=cpu=200m,memory=1Gi',
    ],
    [{ ...base, reserved: { system: { cpu: '100m' } } }, '--system-reserved=cpu=100m'],
    [
      { ...base, reserved: { evictionHard: { 'memory.available': '100Mi' } } },
      '--eviction-hard=memory.available<100Mi',
    ],
    [{ ...base, settings: { kubelet: { extraFlags: { 'max-pods': 50 } } } }, '--max-pods=50'],
    [
      { ...base, settings: { kubelet: { extraFlags: { 'cluster-dns': '1.2.3.4' } } } },
      '--cluster_dns=1.2.3.4',
    ],
    [
      { ...base, nodes: [{ ...base.nodes[1], labels: { a: 'b', 'c.d/e': 'f' } }] },
      '--node-labels=a=b,c.d/e=f',
    ],
    [
      { ...base, nodes: [{ ...base.nodes[1], unschedulable: true }] },
      '--register-schedulable=false',
    ],
  ])('of %j has %s', (description, flag) => {
    expect(flagsOf(description)).toContain(flag)
  })
})

describe('flannel', () => {
  it('comes with drop-ins, its options and a file of CNI', () => {
    const stack = describedStack(wrapped({ etcdEndpoints: ['http://e:2379'] }), 'worker-1')
    expect(fileOf(stack, '40-flannel.conf')).toContain(
      'EnvironmentFile=/etc/kubernetes/cni/docker_opts_cni.env',
    )
    expect(fileOf(stack, 'docker_opts_cni.env')).toContain(
      'DOCKER_OPT_BIP=""\nDOCKER_OPT_IPMASQ=""\n',
    )
    expect(fileOf(stack, '40-ExecStartPre-symlink.conf')).toContain(
      'ln -sf /etc/flannel/options.env /run/flannel/options.env',
    )
    expect(fileOf(stack, '/etc/flannel/options.env')).toContain(
      'FLANNELD_IFACE=10.0.0.2\nFLANNELD_ETCD_ENDPOINTS=http://e:2379\n',
    )
    expect(JSON.parse(fileOf(stack, '10-flannel.conf'))).toEqual({
      name: 'podnet',
      type: 'flannel',
      delegate: { isDefaultGateway: true },
    })
  })

  it('leaves nothing behind where it is not wanted', () => {
    const stack = describedStack({ ...base, cni: 'none' }, 'worker-1')
    expect(stack.files.map(({ path }) => path)).toEqual([
      '/etc/systemd/system/kubelet.service',
      '/etc/systemd/system/certmgr.service',
    ])
    expect(flagsOf({ ...base, cni: 'none' }).join()).not.toContain('cni')
  })
})

describe('the wrapper', () => {
  const old = { coreosVersion: '899.17.0', rktVersion: '0.15.0' }

  it('is put into /opt/bin on CoreOS before 962, and runs from there', () => {
    const stack = describedStack(wrapped(old), 'worker-1')
    const script = stack.files.find(({ path }) => path === '/opt/bin/kubelet-wrapper')
    expect(script?.mode).toBe(0o755)
    expect(execStart(fileOf(stack, 'kubelet.service'))[0]).toBe('/opt/bin/kubelet-wrapper')
  })

  it.each([{}, { coreosVersion: '962.0.0' }, { coreosVersion: '1409.2.0' }])(
    'is CoreOS’s own with %j',
    (options) => {
      expect(execStart(unitOf(wrapped(options)))[0]).toBe('/usr/lib/coreos/kubelet-wrapper')
    },
  )
})

describe('a description for kubelet-wrapper is refused', () => {
  it.each([
    [
      'for rbd in an older image',
      { rbd: true, unauthenticated: true, image: { tag: 'v1.3.5_coreos.0' } },
    ],
    [
      'for rbd in an older image by its whole name',
      { rbd: true, unauthenticated: true, image: { image: 'quay.io/x:v1.3.5' } },
    ],
    ['without a tag and an image', { image: { url: 'quay.io/coreos/hyperkube' } }],
    ['with an image beside a tag', { image: { tag: 'v1.5.4_coreos.0', image: 'a/b:c' } }],
    ['for old CoreOS without the version of rkt', { coreosVersion: '961.9.9' }],
    ['for old CoreOS with a too old rkt', { coreosVersion: '899.0.0', rktVersion: '0.14.9' }],
    ['with a kubelet that cannot authenticate', { image: { tag: 'v1.4.8_coreos.0' } }],
    ['with a kubelet that has lost --api-servers', { image: { tag: 'v1.8.0_coreos.0' } }],
    ['with an argument of two words', { rktRunArguments: ['--a b'] }],
    ['with an argument that holds a line break', { rktRunArguments: ['--a\n[Service]'] }],
    ['with an image that holds a quote', { image: { image: 'a"b' } }],
  ])('%s', (_, options) => {
    expect(codeOf(() => unitOf(wrapped(options)))).toBe('ERR_CONFIG_INVALID')
  })

  it.each([
    [{ containerRuntime: { name: 'containerd' } }],
    [{ cni: 'calico' }],
    [{ settings: { kubelet: { config: { a: 1 } } } }],
    [{ settings: { 'kube-proxy': { extraFlags: { v: 1 } } } }],
    [{ nodes: [{ ...base.nodes[1], taints: [{ key: 'a', effect: 'NoExecute' }] }] }],
    [{ kubernetesVersion: '1.6' }],
  ])('with %j', (more) => {
    expect(codeOf(() => unitOf({ ...base, ...more }))).toBe('ERR_CONFIG_INVALID')
  })

  it('and not for rbd in the first image that has it', () => {
    const image = { tag: 'v1.3.6_coreos.0' }
    expect(unitOf(wrapped({ rbd: true, unauthenticated: true, image }))).toContain('modprobe')
  })
})

describe('the page’s own form', () => {
  const page = (name: string): string[] =>
    readFileSync(
      new URL(`../../../fixtures/kubelet-wrapper/${name}.service`, import.meta.url),
      'utf8',
    )
      .split('\n')
      .filter((line) => !/^\s*\.\.\./.test(line))
  const verbatim = (options: object): string[] =>
    unitOf(wrapped(options), 'controller', true)
      .split('\n')
      .filter((line) => !line.startsWith('#'))

  it.each([
    ['plain', {}],
    ['host-dns', { hostDns: true }],
    ['iscsi', { iscsi: true }],
  ])('is that of the page, letter for letter: %s', (name, options) => {
    expect(verbatim(options)).toEqual(page(name))
  })

  it.each([
    ['rbd', { rbd: true }],
    ['manual', { coreosVersion: '899.0.0', rktVersion: '0.15.0' }],
  ])('has every line that the page shows of %s', (name, options) => {
    const lines = verbatim(options).map((line) => line.replace(/ \\$/, ''))
    for (const line of page(name)) expect(lines).toContain(line.replace(/ \\$/, ''))
  })

  it('names its defects first', () => {
    const unit = unitOf(base, 'controller', true)
    expect(unit.split('\n')[0]).toMatch(/^# Defect: the kubelet answers whoever/)
  })
})

it('the example is a description', () => {
  expect(describedStack(exampleText('kubelet-wrapper'), 'worker-1').units).toEqual([
    'certmgr.service',
    'kubelet.service',
  ])
})
