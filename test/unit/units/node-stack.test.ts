import { describe, expect, test } from 'vitest'
import { minutes } from '@easycerts/shared/time'
import { buildStack } from '@easycerts/units/flavours'
import { LONGEST_PASS } from '../../../apps/certmgr/src/daemon/index.ts'
import { execStart, readUnit } from '../../support/units/read-unit.ts'
import { fileOf, sampleRequest, sampleStack } from '../../support/units/sample-stacks.ts'

const master = sampleRequest('master', '1.36')
const withAddresses = (...addresses: string[]) => sampleStack('master', '1.36', {}, { addresses })
const directive = (unit: string, name: string): string[] =>
  readUnit(unit)
    .filter((line) => line.name === name)
    .map(({ value }) => value)

describe('the address of a node', () => {
  test('is the first of its hosts, for kubelet, kube-apiserver, flanneld and etcd alike', () => {
    const stack = buildStack(master)
    const has = (unit: string, argument: string) =>
      expect(execStart(fileOf(stack, unit))).toContain(argument)
    has('kubelet.service', '--node-ip=10.0.0.1')
    has('kube-apiserver.service', '--advertise-address=10.0.0.1')
    has('flanneld.service', '--iface=10.0.0.1')
    has('etcd.service', '--initial-cluster=master-1=https://10.0.0.1:2380')
  })

  test('stands in brackets in a URL when it is IPv6', () => {
    const stack = withAddresses('2001:db8::1')
    const etcd = execStart(fileOf(stack, 'etcd.service'))
    expect(etcd).toContain('--listen-peer-urls=https://[2001:db8::1]:2380')
  })

  test('left out leaves it to the components, and etcd to loopback', () => {
    const stack = withAddresses()
    expect(fileOf(stack, 'kubelet.service')).not.toContain('--node-ip')
    expect(fileOf(stack, 'kube-apiserver.service')).not.toContain('--advertise-address')
    expect(execStart(fileOf(stack, 'etcd.service'))).toContain(
      '--listen-client-urls=https://127.0.0.1:2379',
    )
  })
})

describe('kube-apiserver', () => {
  test('may bind a port below 1024 only if the description asks for one', () => {
    const unitAt = (apiserverPort: number) =>
      fileOf(sampleStack('master', '1.36', { apiserverPort }), 'kube-apiserver.service')
    const low = unitAt(443)
    expect(execStart(low)).toContain('--secure-port=443')
    expect(directive(low, 'AmbientCapabilities')).toEqual(['CAP_NET_BIND_SERVICE'])
    const high = unitAt(6443)
    expect(execStart(high)).toContain('--secure-port=6443')
    expect(directive(high, 'CapabilityBoundingSet')).toEqual([''])
  })

  test.each(['1.30', '1.31'])('%s lets nobody in without a name', (version) => {
    const stack = sampleStack('master', version)
    const args = execStart(fileOf(stack, 'kube-apiserver.service'))
    expect(args).toContain('--anonymous-auth=false')
    expect(args.join()).not.toContain('--authentication-config')
    expect(stack.files.map(({ path }) => path)).not.toContain('/etc/kubernetes/authentication.yaml')
  })

  test.each([
    ['1.32', 'v1beta1'],
    ['1.34', 'v1'],
    ['1.36', 'v1'],
  ])('%s tells a stranger only whether it lives (%s)', (version, api) => {
    const stack = sampleStack('master', version)
    const args = execStart(fileOf(stack, 'kube-apiserver.service'))
    expect(args).toContain('--authentication-config=/etc/kubernetes/authentication.yaml')
    expect(args.join()).not.toContain('--anonymous-auth')
    const file = fileOf(stack, 'authentication.yaml')
    expect(file).toContain(`apiVersion: apiserver.config.k8s.io/${api}\n`)
    expect([...file.matchAll(/path: (.*)/g)].map(([, path]) => path)).toEqual([
      '/livez',
      '/readyz',
      '/healthz',
    ])
  })
})

test('kube-controller-manager gets no key to sign with, and does not try', () => {
  const args = execStart(fileOf(sampleStack('master', '1.36'), 'kube-controller-manager.service'))
  expect(args.join()).not.toContain('cluster-signing')
  expect(args).toContain('--controllers=*,-certificatesigningrequest-signing-controller')
})

describe('our own daemons', () => {
  const stack = buildStack({ ...master, watchdogSeconds: 60 })

  test.each(['certmgr.service', 'ca-server.service'])(
    '%s runs Node without what kills it: a ban on executable memory, a filter without pkey',
    (name) => {
      const unit = fileOf(stack, name)
      expect(directive(unit, 'MemoryDenyWriteExecute')).toEqual([])
      expect(directive(unit, 'SystemCallFilter')[0]).toBe('@system-service @pkey')
      expect(directive(unit, 'WatchdogSec')).toEqual(['60'])
    },
  )

  test('are watched by systemd without being asked', () => {
    const stack = sampleStack('worker', '1.36')
    expect(directive(fileOf(stack, 'certmgr.service'), 'WatchdogSec')).toEqual(['180'])
  })

  test('give certmgr the time of its longest pass for the first one', () => {
    const unit = fileOf(sampleStack('worker', '1.36'), 'certmgr.service')
    expect(directive(unit, 'TimeoutStartSec')).toEqual([`${LONGEST_PASS / minutes(1)}min`])
  })

  test('can read a Node that stands in a home directory', () => {
    const programs = { node: '/home/me/.nvm/bin/node' }
    const unit = fileOf(sampleStack('master', '1.36', { programs }), 'certmgr.service')
    expect(directive(unit, 'ProtectHome')).toEqual(['read-only'])
    expect(directive(fileOf(stack, 'certmgr.service'), 'ProtectHome')).toEqual(['yes'])
  })
})

test('no daemon gives up after a few failed starts', () => {
  const services = buildStack(master).files.filter(({ path }) => path.endsWith('.service'))
  expect(services.length).toBeGreaterThan(8)
  for (const { path, content } of services) {
    expect(directive(content, 'StartLimitIntervalSec'), path).toEqual(['0'])
    expect(Number(directive(content, 'RestartSec')[0]), path).toBeGreaterThanOrEqual(3)
  }
})

test('a worker gets nothing of the control plane, and no user that owns no key there', () => {
  const paths = sampleStack('worker', '1.36').files.map(({ path }) => path)
  expect(paths.filter((path) => /etcd|apiserver|ca-server|sysusers/.test(path))).toEqual([])
})

test('a master that does not run the CA gets neither its unit nor its user', () => {
  const { description, node } = master
  const stack = buildStack({ description, node })
  expect(stack.units).not.toContain('ca-server.service')
  expect(fileOf(stack, 'sysusers.d/easycerts.conf')).not.toContain('u easycerts')
})

test.each([
  ['1.35', 'version = 2'],
  ['1.36', 'version = 3'],
])('containerd for %s reads configuration %s', (version, line) => {
  expect(fileOf(sampleStack('worker', version), 'config.toml')).toContain(`${line}\n`)
})

test('pods with IPv6 addresses get an IPv6 network that the host forwards', () => {
  const networks = { pods: 'fd00:10:244::/56', services: 'fd00:10:96::/112' }
  const stack = sampleStack('master', '1.36', { networks })
  expect(JSON.parse(fileOf(stack, 'net-conf.json'))).toMatchObject({
    EnableIPv6: true,
    IPv6Network: 'fd00:10:244::/56',
  })
  expect(fileOf(stack, '90-easycerts.conf')).toContain('net.ipv6.conf.all.forwarding = 1')
})

test.each(['worker', 'master'] as const)('on a %s each unit that another names exists', (role) => {
  const { files } = sampleStack(role, '1.36')
  const units = files.filter(({ path }) => path.startsWith('/etc/systemd/system/'))
  const own = units.map(({ path }) => path.slice('/etc/systemd/system/'.length))
  const ofSystemd = ['network-online.target', 'multi-user.target']
  const named = ['Wants', 'After', 'PartOf', 'WantedBy', 'Slice'].flatMap((name) =>
    units.flatMap(({ content }) => directive(content, name).flatMap((value) => value.split(' '))),
  )
  expect(named).toContain('kubernetes.slice')
  expect(named.filter((unit) => ![...own, ...ofSystemd].includes(unit))).toEqual([])
})

test('no two files have the same path, and only units that can be enabled are', () => {
  const { files, units } = buildStack(master)
  expect(new Set(files.map(({ path }) => path)).size).toBe(files.length)
  for (const unit of units) expect(fileOf({ files, units }, unit)).toContain('\n[Install]\n')
})
