import { describe, expect, test } from 'vitest'
import { FLAVOURS, FLAVOUR_NAMES, parseDescription } from '@easycerts/units/description'
import { describeNode, describeSmall, faultsIn } from '../../../support/units/small-description.ts'

describe('a description that says little', () => {
  test.each(FLAVOUR_NAMES)('has the defaults of its flavour: %s', (flavour) => {
    const { networks, release, apiserverPort, layout, cni, containerRuntime } = describeSmall({
      flavour,
    })
    const traits = FLAVOURS[flavour]
    expect({ release, apiserverPort, layout, cni, runtime: containerRuntime.name }).toEqual({
      release: traits.releases.preset,
      apiserverPort: traits.apiserverPort,
      layout: traits.layout,
      cni: traits.cni,
      runtime: traits.containerRuntime,
    })
    expect([networks.services, networks.pods]).toEqual([[traits.services], [traits.pods]])
  })

  test.each([
    ['10.96.0.0/12', '10.96.0.10'],
    ['10.96.0.0/29', '10.96.0.2'],
    ['fd00:96::/112', 'fd00:96::a'],
  ])('has cluster DNS at its usual place in %s', (services, dns) => {
    const pods = services.includes(':') ? 'fd00:244::/64' : '10.244.0.0/16'
    expect(describeSmall({ networks: { services, pods } }).networks.dns).toBe(dns)
  })
})

describe('what runs on a node', () => {
  const runs = (node: object, changes: object = {}) => {
    const [described] = describeNode({ ...node }, { ...changes }).nodes
    return [...described!.components].join(' ')
  }

  test.each([
    [
      'master',
      'etcd apiserver controllerManager scheduler addonManager kubelet proxy flannel certificates',
    ],
    ['node', 'kubelet proxy flannel certificates'],
  ])('is what the role %s brings, flannel and certificates among it', (role, expected) => {
    expect(runs({ roles: [role] })).toBe(expected)
  })

  test('is nothing without a role or a switch', () => {
    expect(runs({})).toBe('')
  })

  test('is switched on or off one by one', () => {
    expect(runs({ components: { kubelet: true, proxy: true } })).toBe('kubelet proxy')
    expect(runs({ roles: ['node'], components: { flannel: false } })).toBe(
      'kubelet proxy certificates',
    )
  })

  test('lacks what no node runs, unless the node itself wants it', () => {
    const without = { without: ['addonManager', 'flannel'] }
    expect(runs({ roles: ['node'] }, without)).toBe('kubelet proxy certificates')
    expect(runs({ roles: ['node'], components: { flannel: true } }, without)).toContain('flannel')
  })
})

describe('the taints of a node', () => {
  const taints = (node: object, changes: object = {}) =>
    describeNode({ ...node }, { ...changes }).nodes[0]!.taints

  test('keep pods of others from a master that is no node', () => {
    expect(taints({ roles: ['master'] })).toEqual([
      { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
    ])
    expect(taints({ roles: ['master', 'node'] })).toEqual([])
  })

  test('have the key of their time', () => {
    expect(taints({ roles: ['master'] }, { kubernetesVersion: '1.19' })).toEqual([
      { key: 'node-role.kubernetes.io/master', value: 'true', effect: 'NoSchedule' },
    ])
  })

  test('are those of the file too', () => {
    expect(taints({ taints: [{ key: 'a.b/c', value: 'd', effect: 'NoExecute' }] })).toEqual([
      { key: 'a.b/c', value: 'd', effect: 'NoExecute' },
    ])
  })
})

describe('what contradicts in a description is refused', () => {
  test.each([
    [
      'a release that the flavour cannot run',
      { flavour: 'nixos', kubernetesVersion: '1.24' },
      'kubernetesVersion: nixos cannot run 1.24: it is for 1.9 to 1.14',
    ],
    [
      'a release that does not exist',
      { kubernetesVersion: '1.360' },
      'kubernetesVersion: is not a Kubernetes version such as "1.36"',
    ],
    ['options of another flavour', { fleet: {} }, 'fleet: is only for flavour fleet'],
    [
      'localhost for several nodes',
      { masterAddress: 'localhost' },
      'masterAddress: is this machine alone, and the cluster has further nodes',
    ],
    [
      'ranges that overlap',
      { networks: { services: '10.244.128.0/20' } },
      'networks: services and pods overlap',
    ],
    [
      'DNS outside the services',
      { networks: { dns: '10.112.0.10' } },
      'networks.dns: 10.112.0.10 is outside the range of services, 10.96.0.0/12',
    ],
    [
      'DNS on the address of the kubernetes service',
      { networks: { dns: '10.96.0.1' } },
      'networks.dns: 10.96.0.1 is the address of the kubernetes service',
    ],
    [
      'two ranges of one family',
      { networks: { services: ['10.96.0.0/16', '10.97.0.0/16'] } },
      'networks.services: has two ranges of one family',
    ],
    [
      'services of a family that pods lack',
      { networks: { services: ['10.96.0.0/16', 'fd00:96::/112'] } },
      'networks.pods: has no range of a family that services have',
    ],
    [
      'a node in the range of pods',
      { nodes: [{ name: 'a', addresses: ['10.244.1.1'] }] },
      'nodes.0.addresses: 10.244.1.1 lies in a range of services or pods',
    ],
    ['one name twice', { nodes: [{ name: 'a' }, { name: 'a' }] }, 'nodes.1.name: a stands twice'],
    [
      'one address twice',
      {
        nodes: [
          { name: 'a', addresses: ['192.0.2.9'] },
          { name: 'b', addresses: ['192.0.2.9'] },
        ],
      },
      'nodes.1.addresses: 192.0.2.9 stands twice',
    ],
    [
      'a name in capitals',
      { nodes: [{ name: 'Master-1' }] },
      'nodes.0.name: is not a node name (lower case, at most 52)',
    ],
    [
      'an unknown effect',
      { nodes: [{ name: 'a', taints: [{ key: 'k', effect: 'noschedule' }] }] },
      'nodes.0.taints.0.effect: is not one of NoSchedule, PreferNoSchedule, NoExecute',
    ],
  ])('%s', (_, changes, fault) => {
    expect(faultsIn(changes)).toContain(fault)
  })

  test.each(['nixos'])('several masters for %s, which has one', (flavour) => {
    const nodes = ['a', 'b'].map((name, index) => ({
      name,
      roles: ['master'],
      addresses: [`192.0.2.${index + 1}`],
    }))
    expect(faultsIn({ flavour, nodes })).toEqual([
      `nodes.1.roles: ${flavour} has one master and no more`,
    ])
    expect(faultsIn({ nodes })).toEqual([])
  })

  test('all of it at once, each at its line', () => {
    const text =
      'name: Prod\nflavour: nixos\nmasterAddress: localhost\nnodes:\n  - {name: a}\n  - {name: a, rolls: []}\nfleet: {}\n'
    expect(() => parseDescription('cluster.yaml', text)).toThrow(
      [
        'cluster.yaml:1:1: name: is not a name (lower case, at most 32)',
        'cluster.yaml:3:1: masterAddress: is this machine alone, and the cluster has further nodes',
        'cluster.yaml:6:6: nodes.1.name: a stands twice',
        'cluster.yaml:6:15: nodes.1.rolls: unknown key, did you mean "roles"?',
        'cluster.yaml:7:1: fleet: is only for flavour fleet',
      ].join('\n'),
    )
  })
})

test('a key of a wrong type hides no fault of the others', () => {
  const nodes = [{ name: 'a', roles: 'master' }, { name: 'a' }]
  expect(faultsIn({ kubernetesVersion: 1.36, networks: { dns: '10.112.0.10' }, nodes })).toEqual([
    'nodes.0.roles: Invalid type: Expected Array',
    'kubernetesVersion: Invalid type: Expected string',
    'networks.dns: 10.112.0.10 is outside the range of services, 10.96.0.0/12',
  ])
  expect(faultsIn({ flavour: 'windows', networks: { dns: '10.112.0.10' } })).toHaveLength(1)
})

test('a single node may be its own master at localhost', () => {
  const { masterAddress } = describeNode(
    { roles: ['master', 'node'] },
    { masterAddress: 'localhost' },
  )
  expect(masterAddress).toEqual({ kind: 'dns', value: 'localhost' })
})

test('two families stand side by side', () => {
  const networks = {
    services: ['10.96.0.0/16', 'fd00:96::/112'],
    pods: ['10.244.0.0/16', 'fd00:244::/56'],
  }
  expect(describeSmall({ networks }).networks).toEqual({ ...networks, dns: '10.96.0.10' })
})
