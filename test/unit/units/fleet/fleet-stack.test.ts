import { CLOUD_CONFIG, checkFleetUnit, FLEET_UNIT_DIRECTORY } from '@easycerts/units/fleet'
import type { NodeStack } from '@easycerts/units/stack'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { codeOf } from '../../../support/to-throw-code.ts'
import { describedStack, exampleText, wordsOf } from '../../../support/units/described-stack.ts'
import { fileOf } from '../../../support/units/sample-stacks.ts'

const base = {
  name: 'attic',
  flavour: 'fleet',
  masterAddress: '10.0.0.1',
  nodes: [
    { name: 'core-1', roles: ['master'], addresses: ['10.0.0.1'] },
    { name: 'core-2', roles: ['node'], addresses: ['10.0.0.2'], labels: { disk: 'ssd' } },
  ],
}
const withFleet = (fleet: object) => ({ ...base, fleet })
const fleetUnits = ({ files }: NodeStack) =>
  files.filter(({ path }) => path.startsWith(FLEET_UNIT_DIRECTORY))
const namesOf = (stack: NodeStack) =>
  fleetUnits(stack).map(({ path }) => path.slice(FLEET_UNIT_DIRECTORY.length + 1))

describe('a machine of fleet has the units that fleet would place on it', () => {
  it('as a leader', () => {
    expect(namesOf(describedStack(base, 'core-1'))).toEqual([
      'kube-apiserver.service',
      'kube-controller-manager.service',
      'kube-scheduler.service',
      'kube-proxy.service',
    ])
  })

  it('as a node', () => {
    expect(namesOf(describedStack(base, 'core-2'))).toEqual([
      'kube-kubelet.service',
      'kube-proxy.service',
    ])
  })

  it('as a leader that may run a kubelet', () => {
    const stack = describedStack(withFleet({ separation: 'none' }), 'core-1')
    expect(namesOf(stack)).toContain('kube-kubelet.service')
    expect(fileOf(stack, 'kube-kubelet.service')).not.toContain('Conflicts')
  })

  it('with kube-register where it is asked for', () => {
    const stack = describedStack(withFleet({ kubeRegister: {} }), 'core-1')
    expect(namesOf(stack).at(-1)).toBe('kube-register.service')
  })

  const FORMS = ['conflicts', 'metadata', 'none'].flatMap((separation) =>
    ['core-1', 'core-2'].flatMap((node) => [
      [separation, node, false] as const,
      [separation, node, true] as const,
    ]),
  )
  it.each(FORMS)('%s on %s (verbatim: %s), and fleet takes each', (separation, node, verbatim) => {
    const options = withFleet({ separation, kubeRegister: {} })
    for (const { path, content } of fleetUnits(describedStack(options, node, { verbatim })))
      expect(checkFleetUnit(path.split('/').at(-1)!, content)).toEqual([])
  })
})

describe('an option of fleet changes', () => {
  it.each<readonly [object, string, string, string, string]>([
    [
      { version: 'v0.20.2' },
      'core-2',
      'kube-proxy.service',
      'ExecStartPre',
      '/v0.20.2/bin/linux/amd64/kube-proxy',
    ],
    [
      { downloadFrom: 'https://mirror.example/k' },
      'core-2',
      'kube-kubelet.service',
      'ExecStartPre',
      'https://mirror.example/k/v0.19.3/bin/linux/amd64/kubelet',
    ],
    [
      { sha256: { kubelet: 'a'.repeat(64) } },
      'core-2',
      'kube-kubelet.service',
      'ExecStartPre',
      'a'.repeat(64),
    ],
    [
      { leaderMetadata: { tier: 'core' } },
      'core-1',
      'kube-apiserver.service',
      'MachineMetadata',
      'tier=core',
    ],
    [
      { separation: 'conflicts' },
      'core-2',
      'kube-kubelet.service',
      'Conflicts',
      'kube-apiserver.service',
    ],
    [
      { separation: 'metadata', nodeMetadata: { tier: 'edge' } },
      'core-2',
      'kube-kubelet.service',
      'MachineMetadata',
      'tier=edge',
    ],
    [
      { insecureBindAddress: '10.0.0.1' },
      'core-1',
      'kube-apiserver.service',
      'ExecStart',
      '--insecure_bind_address=10.0.0.1',
    ],
    [
      { etcdServers: ['http://a:2379', 'http://b:2379'] },
      'core-1',
      'kube-apiserver.service',
      'ExecStart',
      '--etcd_servers=http://a:2379,http://b:2379',
    ],
    [
      { allowPrivileged: false },
      'core-1',
      'kube-apiserver.service',
      'ExecStart',
      '--allow_privileged=false',
    ],
    [
      { allowPrivileged: false },
      'core-2',
      'kube-kubelet.service',
      'ExecStart',
      '--allow_privileged=false',
    ],
    [
      { kubeletAddress: '10.0.0.2' },
      'core-2',
      'kube-kubelet.service',
      'ExecStart',
      '--address=10.0.0.2',
    ],
    [{ kubeletPort: 10251 }, 'core-2', 'kube-kubelet.service', 'ExecStart', '--port=10251'],
    [
      { healthzBindAddress: '127.0.0.1' },
      'core-2',
      'kube-kubelet.service',
      'ExecStart',
      '--healthz_bind_address=127.0.0.1',
    ],
    [{ healthzPort: 10000 }, 'core-2', 'kube-kubelet.service', 'ExecStart', '--healthz_port=10000'],
    [
      { healthzPort: 10000, kubeRegister: {} },
      'core-1',
      'kube-register.service',
      'ExecStart',
      '--healthz-port=10000',
    ],
    [
      { kubeRegister: { metadata: 'a=b' } },
      'core-1',
      'kube-register.service',
      'ExecStart',
      '--metadata=a=b',
    ],
    [
      { kubeRegister: { version: 'v0.0.4' } },
      'core-1',
      'kube-register.service',
      'ExecStartPre',
      'https://github.com/kelseyhightower/kube-register/releases/download/v0.0.4/kube-register-0.0.4-linux-amd64',
    ],
    [
      { kubeRegister: { fleetSocket: '/run/fleet.sock' } },
      'core-1',
      'kube-register.service',
      'ExecStart',
      '--fleet-endpoint=unix:///run/fleet.sock',
    ],
    [
      { networkEnvironmentVersion: 'v1.0.1' },
      'core-2',
      'setup-network-environment.service',
      'ExecStartPre',
      'https://github.com/kelseyhightower/setup-network-environment/releases/download/v1.0.1/setup-network-environment',
    ],
  ])('%j on %s: %s %s %s', (fleet, ...[node, unit, directive, word]) => {
    const words = wordsOf(fileOf(describedStack(withFleet(fleet), node), unit), directive)
    expect(words.filter((each) => each.endsWith(word))).not.toEqual([])
  })

  it('leaderEndpoint, and masterAddress without it', () => {
    const leader = (description: object) =>
      fileOf(describedStack(description as typeof base, 'core-2'), '/etc/leader')
    expect(leader(base)).toContain('\nLEADER_ENDPOINT=10.0.0.1\n')
    expect(leader(withFleet({ leaderEndpoint: 'lb.example' }))).toContain('=lb.example\n')
  })

  it.each<readonly [string, object, string, string, string]>([
    [
      'apiserverPort',
      { apiserverPort: 8081 },
      'core-1',
      'kube-apiserver.service',
      '--insecure_port=8081',
    ],
    [
      'apiserverPort',
      { apiserverPort: 8081 },
      'core-1',
      'kube-scheduler.service',
      '--master=http://127.0.0.1:8081',
    ],
    [
      'apiserverPort',
      { apiserverPort: 8081 },
      'core-2',
      'kube-kubelet.service',
      '--api_servers=http://${LEADER_ENDPOINT}:8081',
    ],
    [
      'networks.services',
      { networks: { services: '10.99.0.0/16' } },
      'core-1',
      'kube-apiserver.service',
      '--service-cluster-ip-range=10.99.0.0/16',
    ],
    [
      'extraFlags',
      { settings: { kubelet: { extraFlags: { 'healthz-port': 1 } } } },
      'core-2',
      'kube-kubelet.service',
      '--healthz_port=1',
    ],
    [
      'extraFlags',
      { settings: { 'kube-proxy': { extraFlags: { v: 4 } } } },
      'core-2',
      'kube-proxy.service',
      '--v=4',
    ],
    [
      'programs',
      { programs: { kubernetesBinDirectory: '/srv/bin' } },
      'core-2',
      'kube-proxy.service',
      '/srv/bin/kube-proxy',
    ],
  ])('%s, which is everybody’s: %j', (_, more, ...[node, unit, word]) => {
    const text = fileOf(describedStack({ ...base, ...more }, node), unit)
    expect(wordsOf(text, 'ExecStart')).toContain(word)
  })
})

describe('the repaired units', () => {
  it('leave values of a machine to systemd, and no word to chance', () => {
    const words = wordsOf(
      fileOf(describedStack(base, 'core-2'), 'kube-kubelet.service'),
      'ExecStart',
    )
    expect(words).toContain('--hostname_override=${DEFAULT_IPV4}')
    expect(words).toContain('--api_servers=http://${LEADER_ENDPOINT}:9090')
  })

  it('remove nothing before curl compares with it, and take no error page for a program', () => {
    for (const node of ['core-1', 'core-2'])
      for (const { content } of fleetUnits(describedStack(base, node))) {
        expect(content).not.toContain('/usr/bin/rm')
        expect(content).toContain('--fail')
      }
  })

  it('let kube-register speak to the port where kube-apiserver listens', () => {
    const stack = describedStack(withFleet({ kubeRegister: {} }), 'core-1')
    expect(fileOf(stack, 'kube-register.service')).toContain('--api-endpoint=http://127.0.0.1:9090')
  })

  it('come with a warning that the port of kube-apiserver asks nobody who he is', () => {
    const { warnings = [] } = describedStack(base, 'core-1')
    expect(warnings.join()).toContain('0.0.0.0:9090 without TLS or a login')
    expect((describedStack(base, 'core-2').warnings ?? []).join()).not.toContain('9090')
  })
})

describe('the source’s own form', () => {
  const defectsIn = (text: string) =>
    text.split('\n').filter((line) => line.startsWith('# Defect: '))

  it('names its defects first', () => {
    const stack = describedStack(withFleet({ kubeRegister: {} }), 'core-1', { verbatim: true })
    for (const { content } of fleetUnits(stack))
      expect(defectsIn(content).length).toBeGreaterThan(2)
  })

  it('removes, downloads without --fail, and waits for what it does not use', () => {
    const text = fileOf(
      describedStack(base, 'core-1', { verbatim: true }),
      'kube-apiserver.service',
    )
    expect(text).toContain('ExecStartPre=-/usr/bin/rm /opt/bin/kube-apiserver\n')
    expect(text).toContain(
      'ExecStartPre=/usr/bin/curl -L -o /opt/bin/kube-apiserver -z /opt/bin/kube-apiserver https://storage.googleapis.com/kubernetes-release/release/v0.19.3/bin/linux/amd64/kube-apiserver\n',
    )
    expect(text).toContain('Requires=etcd2.service setup-network-environment.service\n')
  })
})

describe('the cloud-config', () => {
  const configOf = (node: string) => fileOf(describedStack(base, node), CLOUD_CONFIG)

  it('says in its first line what it is', () => {
    expect(configOf('core-2').split('\n')[0]).toBe('#cloud-config')
  })

  it('holds the unit and the file that stand beside it', () => {
    const stack = describedStack(base, 'core-2')
    const { coreos, write_files: files } = parse(fileOf(stack, CLOUD_CONFIG)) as {
      coreos: { fleet: { metadata: string }; units: { name: string; content?: string }[] }
      write_files: { path: string; permissions: string; content: string }[]
    }
    const unit = coreos.units.find(({ name }) => name === 'setup-network-environment.service')
    expect(fileOf(stack, 'setup-network-environment.service')).toContain(unit!.content)
    expect(files).toEqual([
      { path: '/etc/leader', permissions: '0644', content: 'LEADER_ENDPOINT=10.0.0.1\n' },
    ])
    expect(coreos.fleet.metadata).toBe('role=node,disk=ssd')
  })

  it('makes a leader what MachineMetadata looks for, and starts its etcd', () => {
    expect(configOf('core-1')).toContain('metadata: role=leader')
    expect(configOf('core-1')).toContain('etcd2.service')
    expect(configOf('core-2')).not.toContain('etcd2.service')
  })
})

describe('a description for fleet is refused', () => {
  it.each([
    ['for a kubelet beside kube-apiserver', { nodes: [{ name: 'a', roles: ['master', 'node'] }] }],
    [
      'for a kubelet that is switched on there',
      { nodes: [{ name: 'a', roles: ['master'], components: { kubelet: true } }] },
    ],
    ['without kube-apiserver', { nodes: [{ name: 'a', roles: ['node'] }] }],
    ['with another container runtime', { containerRuntime: { name: 'containerd' } }],
    ['with CNI', { cni: 'flannel' }],
    ['with feature gates', { featureGates: { A: true } }],
    ['with reserved resources', { reserved: { kube: { cpu: '1' } } }],
    ['with fields of configuration files', { settings: { kubelet: { config: { a: 1 } } } }],
    ['with taints', { nodes: [{ ...base.nodes[0], taints: [{ key: 'a', effect: 'NoExecute' }] }] }],
    [
      'with an unschedulable node',
      { nodes: [base.nodes[0], { ...base.nodes[1], unschedulable: true }] },
    ],
    [
      'with a label that is no metadata',
      { nodes: [base.nodes[0], { ...base.nodes[1], labels: { 'a/b': 'c' } }] },
    ],
    [
      'with nodes that look like leaders',
      { fleet: { separation: 'metadata', nodeMetadata: { role: 'leader' } } },
    ],
    ['with a URL that holds a quote', { fleet: { downloadFrom: "https://a/'b" } }],
    ['with a version that is none', { fleet: { version: 'v0.19.3; reboot' } }],
    ['for 1.9', { kubernetesVersion: '1.9' }],
  ])('%s', (_, more) => {
    expect(codeOf(() => describedStack({ ...base, ...more }, 'core-1'))).toBe('ERR_CONFIG_INVALID')
  })
})

it('the example is a description', () => {
  expect(describedStack(exampleText('fleet'), 'core-2').files.length).toBeGreaterThan(4)
})
