import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { NIXOS_DEFAULTS } from '@easycerts/units/description'
import { fileOf } from '../../../support/units/sample-stacks.ts'
import { nixosStackOf } from '../../../support/units/nixos-samples.ts'

const TESTED_BELOW = [
  'startDesign',
  'addons.dns',
  'flannel.storageBackend',
  'flannel.etcd.prefix',
  'flannel.etcd.caFile',
  'flannel.etcd.certFile',
  'flannel.etcd.keyFile',
  'apiserver.webhookConfig',
  'apiserver.authorizationPolicy',
]

const KUBELET = 'kubelet.service'

const nothing = (cell: string): string | undefined =>
  cell === '~'
    ? undefined
    : cell.replaceAll('$S', '/var/lib/kubernetes/secrets').replaceAll('⏎', '\n')

/** An option, a value of it, the file that it changes, what stands there by default, and then. */
const ROWS = readFileSync(new URL('../../../fixtures/nixos-options.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [option = '', value = '', file = '', before = '', after = ''] = line.split(' | ')
    return {
      option,
      value: JSON.parse(value) as unknown,
      file,
      before: nothing(before),
      after: nothing(after),
    }
  })

const sectionOf = (option: string, value: unknown): object =>
  option
    .split('.')
    .reverse()
    .reduce<unknown>((inner, key) => ({ [key]: inner }), value) as object

const textOf = (stack: ReturnType<typeof nixosStackOf>, file: string): string =>
  stack.files.some(({ path }) => path.endsWith(`/${file}`)) ? fileOf(stack, file) : ''

const preset = nixosStackOf()

test('every option with a default stands in the table, or is tested below', () => {
  const leaves = (value: unknown, path: string): string[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) =>
          leaves(inner, path === '' ? key : `${path}.${key}`),
        )
      : [path]
  const tested = new Set([...ROWS.map(({ option }) => option), ...TESTED_BELOW])
  const isUntested = (option: string): boolean =>
    ![...tested].some((other) => `${option}.`.startsWith(`${other}.`))
  expect(leaves(NIXOS_DEFAULTS, '').filter(isUntested)).toEqual([])
})

describe('an option of the nixos flavour changes what it should:', () => {
  test.each(ROWS)('$option', ({ option, value, file, before, after }) => {
    const text = textOf(nixosStackOf({ nixos: sectionOf(option, value) }), file)
    if (before !== undefined) expect(textOf(preset, file)).toContain(before)
    if (after === undefined) expect(text).not.toContain(before)
    else {
      expect(text).toContain(after)
      if (before !== after) expect(textOf(preset, file)).not.toContain(after)
    }
  })

  test('certificateAuthority, which the waiter for the CA asks', () => {
    const unitOf = (nixos: object) =>
      fileOf(nixosStackOf({ form: 'online-targets', nixos }), 'cfssl-online.service')
    expect(unitOf({})).toContain('https://master.example.net:7444/')
    expect(unitOf({ certificateAuthority: '[2001:db8::1]:1' })).toContain(
      'https://[2001:db8::1]:1/',
    )
  })

  test('authorizationPolicy and webhookConfig, with the modes that need them', () => {
    const apiserver = {
      authorizationMode: ['ABAC', 'Webhook'],
      authorizationPolicy: [{ kind: 'Policy' }, { kind: 'Policy', spec: {} }],
      webhookConfig: '/w',
    }
    const stack = nixosStackOf({ nixos: { apiserver } })
    const unit = fileOf(stack, 'kube-apiserver.service')
    expect(unit).toContain('--authorization-webhook-config-file=/w')
    const [, path = ''] = /--authorization-policy-file=(\S+)/.exec(unit) ?? []
    expect(fileOf(stack, path)).toBe('{"kind":"Policy"}\n{"kind":"Policy","spec":{}}\n')
  })

  test('flannel.storageBackend and its etcd, which every node asks and tells', () => {
    const etcd = { endpoints: ['http://e:2379'], prefix: '/net' }
    const stack = nixosStackOf({ nixos: { flannel: { storageBackend: 'etcd', etcd } } })
    const unit = fileOf(stack, 'flannel.service')
    expect(unit).toContain('FLANNELD_ETCD_ENDPOINTS=http://e:2379')
    expect(unit).toContain('FLANNELD_ETCD_PREFIX=/net')
    expect(unit).not.toContain('FLANNELD_KUBE_SUBNET_MGR')
    const script = fileOf(stack, 'flannel-pre-start')
    expect(script).toContain("set /net/config '{")
    expect(script).toContain('"Network":"10.1.0.0/16"')
  })
})

describe('the rest of a description reaches the nixos units:', () => {
  test('roles say what runs', () => {
    const { units } = nixosStackOf({ role: 'node' })
    expect(units).toEqual(expect.arrayContaining(['kubelet.service', 'kube-proxy.service']))
    expect(units).not.toContain('kube-apiserver.service')
    expect(units).not.toContain('etcd.service')
  })

  test('a master that runs no pods of others has both taints of NixOS', () => {
    expect(fileOf(nixosStackOf({ role: 'master' }), KUBELET)).toContain(
      '--register-with-taints=node-role.kubernetes.io/master=true:NoSchedule,unschedulable=true:NoSchedule',
    )
    expect(fileOf(preset, KUBELET)).not.toContain('--register-with-taints')
  })

  test('components are switched one by one', () => {
    const without = nixosStackOf({ more: { without: ['proxy', 'flannel', 'addonManager'] } })
    for (const unit of ['kube-proxy.service', 'flannel.service', 'kube-addon-manager.service'])
      expect(without.units).not.toContain(unit)
    expect(fileOf(without, KUBELET)).toContain('--network-plugin=kubenet')
  })

  test('containerd takes the place of docker', () => {
    const stack = nixosStackOf({ more: { containerRuntime: { name: 'containerd' } } })
    expect(stack.units).toContain('containerd-seed-images.service')
    expect(stack.units.join(' ')).not.toContain('docker')
    expect(fileOf(stack, KUBELET)).toContain('--container-runtime=remote')
    expect(fileOf(stack, 'containerd/config.toml')).toContain("bin_dir = '/opt/cni/bin'")
  })

  test('labels, reserved resources, proxy mode and further flags', () => {
    const stack = nixosStackOf({
      node: { labels: { disk: 'ssd' } },
      more: {
        reserved: { kube: { cpu: '100m' }, evictionHard: { 'memory.available': '10%' } },
        proxyMode: 'ipvs',
        settings: { kubelet: { extraFlags: { 'max-pods': 50 } } },
      },
    })
    const kubelet = fileOf(stack, KUBELET)
    expect(kubelet).toContain('--node-labels=disk=ssd')
    expect(kubelet).toContain('--kube-reserved=cpu=100m')
    expect(kubelet).toContain('memory.available<10%%')
    expect(kubelet).toContain('--max-pods=50')
    expect(fileOf(stack, 'kube-proxy.service')).toContain('--proxy-mode=ipvs')
  })
})
