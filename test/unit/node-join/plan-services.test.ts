import { describe, expect, it } from 'vitest'
import { affectedUnits, planServices } from '../../../apps/node-join/src/plan/plan-services.ts'
import { planStack } from '../../../apps/node-join/src/plan/plan-stack.ts'
import { programsOfUnit } from '../../../apps/node-join/src/plan/programs-of-unit.ts'
import { sampleFacts } from './sample-node.ts'

const programs = {
  node: '/usr/bin/node',
  certmgr: '/usr/local/bin/certmgr',
  caServer: '/usr/local/bin/ca-server',
}

const stackOf = (role: 'worker' | 'master', version = '1.36') =>
  planStack({ ...sampleFacts(role, version), programs, sealedKeys: false })

const NONE: ReadonlySet<string> = new Set()

describe('planServices', () => {
  it('starts every unit of a worker whose programs are installed', () => {
    const { units } = stackOf('worker')
    const steps = planServices({ units, affected: NONE, isInstalled: () => true })
    expect(steps.every(({ action }) => action === 'start')).toBe(true)
    expect(steps.map(({ unit }) => unit)).toEqual(
      expect.arrayContaining(['certmgr.service', 'kubelet.service', 'kubernetes.target']),
    )
  })

  it('names what it skips, and then starts no target', () => {
    const { units } = stackOf('worker')
    const steps = planServices({
      units,
      affected: NONE,
      isInstalled: (program) => !program.endsWith('/kubelet'),
    })
    const stepOf = (name: string) => steps.find(({ unit }) => unit === name)
    expect(stepOf('kubelet.service')).toEqual({
      unit: 'kubelet.service',
      action: 'skip',
      reason: '/usr/bin/kubelet is not installed',
    })
    expect(stepOf('kubernetes.target')).toMatchObject({ action: 'skip' })
    expect(stepOf('kube-proxy.service')).toMatchObject({ action: 'start' })
  })

  it('restarts what is affected, and never the CA that serves the join', () => {
    const { units } = stackOf('master')
    const affected = new Set(['etcd.service', 'ca-server.service'])
    const steps = planServices({ units, affected, isInstalled: () => true })
    const actionOf = (name: string) => steps.find(({ unit }) => unit === name)?.action
    expect(actionOf('etcd.service')).toBe('restart')
    expect(actionOf('kubelet.service')).toBe('start')
    expect(actionOf('ca-server.service')).toBe('skip')
  })
})

describe('affectedUnits', () => {
  const affected = (path: string, version: string, role: 'worker' | 'master' = 'worker') => [
    ...affectedUnits([path], sampleFacts(role, version), stackOf(role, version).units),
  ]

  it('follows the tables of what a component reads by itself', () => {
    expect(affected('/etc/kubernetes/pki/kubelet.crt', '1.30')).toEqual(['kubelet.service'])
    expect(affected('/etc/kubernetes/pki/kubelet.crt', '1.36')).toEqual([])
    expect(affected('/etc/kubernetes/pki/server-ca.crt', '1.36')).toEqual(['flanneld.service'])
  })

  it('restarts the reader of a kubeconfig or configuration that changed', () => {
    expect(affected('/etc/kubernetes/kubelet.conf', '1.36')).toEqual(['kubelet.service'])
    expect(affected('/var/lib/kubelet/config.yaml', '1.36')).toEqual(['kubelet.service'])
    expect(affected('/etc/systemd/system/containerd.service', '1.36')).toEqual([
      'containerd.service',
    ])
  })
})

describe('programsOfUnit', () => {
  it('finds the program, and the script that an interpreter runs', () => {
    expect(programsOfUnit('[Service]\nExecStart=/usr/bin/etcd --name x\n', [])).toEqual([
      '/usr/bin/etcd',
    ])
    expect(
      programsOfUnit('ExecStart="/usr/bin/node" /usr/local/bin/certmgr run', ['/usr/bin/node']),
    ).toEqual(['/usr/bin/node', '/usr/local/bin/certmgr'])
    expect(
      programsOfUnit('ExecStart=/usr/bin/node \\\n  /opt/certmgr \\\n  run\n', ['/usr/bin/node']),
    ).toEqual(['/usr/bin/node', '/opt/certmgr'])
    expect(programsOfUnit('[Unit]\nDescription=a target\n', [])).toEqual([])
  })
})
