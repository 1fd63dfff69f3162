import { parseHost } from '@easycerts/shared/cluster'
import {
  CONTAINER_INTERFACES,
  faultOfMachineHost,
  isIgnoredInterface,
} from '@easycerts/shared/node-report'
import { describe, expect, it } from 'vitest'

const CLUSTER = { domain: 'k8s.example', podCidr: '10.244.0.0/16', serviceCidr: '10.96.0.0/12' }

const UNFIT = [
  ...[
    '0.0.0.0',
    '0.1.2.3',
    '127.0.0.1',
    '127.9.9.9',
    '169.254.1.1',
    '224.0.0.1',
    '255.255.255.255',
  ],
  ...[
    '::',
    '::1',
    '::a00:1',
    'fe80::1',
    'ff02::1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    '2001:0:1::1',
  ],
  ...['10.244.3.4', '10.96.0.1', '10.111.255.255'],
  ...['localhost', 'db.localhost', 'localhost.localdomain', 'kubernetes.default.svc'],
  ...['x.default.svc.k8s.example', 'k8s.example', 'x.cluster.local'],
]
const FIT = [
  ...['10.0.0.1', '192.168.1.1', '100.64.0.1', '198.51.100.1', '10.95.255.255', '8.8.8.8'],
  ...['fd00::1', '2a00:1450::1', 'worker-1', 'worker-1.example.com', 'ak8s.example'],
]

describe('hosts by which other machines can dial a machine', () => {
  it.each(UNFIT)('are not %s', (text) => {
    expect(faultOfMachineHost(parseHost(text), CLUSTER)).toBeDefined()
  })

  it.each(FIT)('may be %s', (text) => {
    expect(faultOfMachineHost(parseHost(text), CLUSTER)).toBeUndefined()
  })
})

describe('interfaces of containers', () => {
  it.each(['cni0', 'docker0', 'br-3f00', 'veth12ab', 'flannel.1', 'kube-ipvs0', 'virbr0'])(
    'are passed over: %s',
    (name) => expect(isIgnoredInterface(name, CONTAINER_INTERFACES)).toBe(true),
  )

  it.each(['eth0', 'ens3', 'enp1s0f0', 'bond0', 'br0', 'wlan0', 'wg0'])(
    'do not include %s',
    (name) => expect(isIgnoredInterface(name, CONTAINER_INTERFACES)).toBe(false),
  )

  it('are those that an operator names, if he names some', () => {
    expect(isIgnoredInterface('eth1', ['eth1'])).toBe(true)
    expect(isIgnoredInterface('eth10', ['eth1'])).toBe(false)
    expect(isIgnoredInterface('eth10', ['*'])).toBe(true)
  })
})
