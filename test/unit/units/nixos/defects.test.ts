import { describe, expect, test } from 'vitest'
import { fileOf } from '../../../support/units/sample-stacks.ts'
import { nixosStackOf, unitText } from '../../../support/units/nixos-samples.ts'
import { readUnit } from '../../../support/units/read-unit.ts'

const verbatim = nixosStackOf({ form: 'verbatim' })
const held = nixosStackOf({ form: 'online-targets' })
const eventual = nixosStackOf()

const valuesOf = (text: string | undefined, name: string): string[] =>
  readUnit(text ?? '').flatMap((line) => (line.name === name ? [line.value] : []))

const kubeconfigOf = (stack: typeof verbatim, name: string) =>
  JSON.parse(fileOf(stack, `${name}.kubeconfig`)) as {
    clusters: { cluster: { server: string } }[]
    contexts: Record<string, unknown>[]
    'current-context'?: string
  }

describe('of the seven defects of NixOS 19.03', () => {
  test('1: the loop for the control plane lacks a semicolon; repaired, a wait with an end does it', () => {
    expect(fileOf(verbatim, 'kube-control-plane-online-pre-start')).toContain('/healthz do\n')
    const unit = unitText(held, 'kube-control-plane-online.service')
    const [command = ''] = valuesOf(unit, 'ExecStartPre')
    expect(command).toMatch(/^\/etc\/kubernetes\/scripts\/wait-until +480 +3 /)
    expect(command).toContain('https://master.example.net:6443/healthz')
    expect(valuesOf(unit, 'TimeoutStartSec')).toEqual(['500'])
  })

  test('2: current-context lies inside a context without a name; repaired, kubectl finds it', () => {
    const broken = kubeconfigOf(verbatim, 'kubelet')
    expect(broken['current-context']).toBeUndefined()
    expect(broken.contexts[0]).toMatchObject({ 'current-context': 'local' })
    for (const name of ['kubelet', 'kube-proxy', 'flannel', 'kube-scheduler', 'cluster-admin']) {
      const repaired = kubeconfigOf(eventual, name)
      expect(repaired['current-context']).toBe('local')
      expect(repaired.contexts).toEqual([
        { name: 'local', context: { cluster: 'local', user: name } },
      ])
    }
  })

  test('3: reload is asked of units that cannot reload; repaired, no unit claims that it can', () => {
    for (const name of ['kube-apiserver', 'kube-controller-manager']) {
      expect(unitText(verbatim, `${name}.service`)).toContain('# Defect: a renewed service-account')
      expect(valuesOf(unitText(eventual, `${name}.service`), 'ExecReload')).toEqual([])
    }
  })

  test('4: the certificate of the kubelet has no name that clients read; repaired by the CA', () => {
    expect(unitText(verbatim, 'kubelet.service')).toContain('# Defect: its serving certificate')
    // Both sides call the node by the name that its certificate says.
    for (const name of ['kubelet', 'kube-proxy'])
      expect(valuesOf(unitText(eventual, `${name}.service`), 'ExecStart')[0]).toContain(
        '--hostname-override=n1',
      )
  })

  test('5: an address that is advertised loses its port; repaired, it keeps it', () => {
    const nixos = { apiserver: { advertiseAddress: '192.0.2.10' } }
    const serverOf = (form: 'verbatim' | 'eventual') =>
      kubeconfigOf(nixosStackOf({ form, nixos }), 'kubelet').clusters[0]?.cluster.server
    expect(serverOf('verbatim')).toBe('https://192.0.2.10')
    expect(serverOf('eventual')).toBe('https://192.0.2.10:6443')
  })

  test('6: path units fire for any file and conditions ask for all; repaired, only changes fire', () => {
    const units = held.files.filter(({ path }) => path.endsWith('.path'))
    expect(units.length).toBeGreaterThan(8)
    for (const { path, content } of units) {
      expect([path, valuesOf(content, 'PathExists')]).toEqual([path, []])
      const service = unitText(held, path.split('/').at(-1)!.replace(/path$/, 'service'))
      if (service) {
        const watched = valuesOf(content, 'PathChanged')
        expect(valuesOf(service, 'ConditionPathExists')).toEqual(watched)
        // A change at boot goes unseen, so that the service has a target of its own.
        expect(valuesOf(service, 'WantedBy')).toHaveLength(1)
      }
    }
    expect(valuesOf(unitText(verbatim, 'kubelet.path'), 'PathExists')).not.toEqual([])
    expect(unitText(verbatim, 'kubelet.path')).toContain('# Defect: PathExists= fires for any')
    // The other design has no conditions at all.
    expect(eventual.files.filter(({ path }) => path.endsWith('.path'))).toHaveLength(1)
  })

  test('7: the kubelet removes plug-ins of others; repaired, it links its own beside them', () => {
    expect(fileOf(verbatim, 'kubelet-pre-start')).toContain('rm -f /opt/cni/bin/*')
    expect(fileOf(held, 'kubelet-pre-start')).not.toMatch(/\brm\b/)
  })
})

describe('whatever the start design', () => {
  test.each([
    ['eventual', eventual],
    ['online-targets', held],
  ])('%s: no service is given up, and none starts faster than a start limit allows', (_, stack) => {
    const services = stack.files.filter(
      ({ path, content }) =>
        path.endsWith('.service') && valuesOf(content, 'Restart').some((value) => value !== 'no'),
    )
    expect(services.length).toBeGreaterThan(9)
    for (const { path, content } of services) {
      expect([path, valuesOf(content, 'StartLimitIntervalSec')]).toEqual([path, ['0']])
      expect(Number(valuesOf(content, 'RestartSec')[0])).toBeGreaterThanOrEqual(3)
    }
  })

  test('nothing requires a waiter, which would leave it dead after one time-out', () => {
    for (const { path, content } of held.files.filter(({ path }) => path.includes('/systemd/')))
      expect([path, valuesOf(content, 'Requires')]).toEqual([path, []])
  })

  test('every wait ends before systemd ends it', () => {
    for (const { content } of held.files.filter(({ path }) => path.endsWith('.service'))) {
      const limits = valuesOf(content, 'ExecStartPre')
        .filter((line) => line.includes('wait-until'))
        .map((line) => Number(/wait-until +(\d+)/.exec(line)?.[1]))
      if (limits.length > 0)
        expect(Number(valuesOf(content, 'TimeoutStartSec')[0])).toBeGreaterThan(
          limits.reduce((sum, limit) => sum + limit, 0),
        )
    }
  })

  test('kube-apiserver never waits for certmgr, which may restart it before it is ready itself', () => {
    for (const stack of [eventual, held])
      for (const name of ['Wants', 'After'])
        expect(valuesOf(unitText(stack, 'kube-apiserver.service'), name).join(' ')).not.toContain(
          'certmgr',
        )
  })
})
