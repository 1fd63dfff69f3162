import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  deprecatedFlags,
  genericFlagsMissing,
  hasHelp,
  unknownFields,
  unknownFlags,
} from '../support/units/kubernetes-facts.ts'
import { describeWith } from '../support/needed-tool.ts'
import { execStart } from '../support/units/read-unit.ts'
import { fileOf, sampleStack } from '../support/units/sample-stacks.ts'

const COMPONENTS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
] as const

const MINORS = Array.from({ length: 36 - 15 + 1 }, (_, index) => `1.${index + 15}`)

const argumentsOf = (component: string, version: string): string[] =>
  execStart(fileOf(sampleStack('master', version), `${component}.service`)).slice(1)

describe.each(COMPONENTS)('the command line of %s', (component) => {
  test('has only flags that 1.36.2 knows and none that it deprecates', () => {
    const args = argumentsOf(component, '1.36')
    expect(args).not.toEqual([])
    expect(unknownFlags(component, '1.36.2', args)).toEqual([])
    expect(deprecatedFlags(component, '1.36.2', args)).toEqual([])
  })

  test.each(MINORS)('gives no flag twice to %s', (minor) => {
    const names = argumentsOf(component, minor).map((argument) => argument.split('=')[0])
    expect(new Set(names).size).toBe(names.length)
  })
})

test.each(COMPONENTS.filter((component) => hasHelp(component, '1.20.2')))(
  'the command line of %s for 1.20 has only flags that 1.20.2 knows',
  (component) => {
    expect(unknownFlags(component, '1.20.2', argumentsOf(component, '1.20'))).toEqual([])
  },
)

test.each(COMPONENTS.filter((component) => hasHelp(component, '1.20.2')))(
  'the command line of %s for 1.30 has only flags of both 1.20.2 and 1.36.2, so 1.30 has them',
  (component) => {
    const args = argumentsOf(component, '1.30')
    expect(unknownFlags(component, '1.20.2', args)).toEqual([])
    expect(unknownFlags(component, '1.36.2', args)).toEqual([])
  },
)

test.each(MINORS)('kube-apiserver %s registers every generic flag that it gets', (minor) => {
  expect(genericFlagsMissing(minor, argumentsOf('kube-apiserver', minor))).toEqual([])
})

describe('the check of flags finds', () => {
  test.each([
    ['kubelet', '--pod-infra-container-image=registry.k8s.io/pause:3.10'],
    ['kube-apiserver', '--insecure-port=0'],
    ['kube-controller-manager', '--experimental-cluster-signing-duration=720h'],
    ['kube-scheduler', '--port=0'],
    ['kube-proxy', 'a-bare-word'],
  ])('one put onto the line of %s that was removed: %s', (component, removed) => {
    const args = [...argumentsOf(component, '1.36'), removed]
    expect(unknownFlags(component, '1.36.2', args)).toEqual([removed])
  })

  test('one that is deprecated', () => {
    expect(deprecatedFlags('kubelet', '1.36.2', ['--cluster-domain=x'])).toHaveLength(1)
  })

  test('one that kube-apiserver registers only since a later version', () => {
    const known = genericFlagsMissing('1.36', ['--emulation-forward-compatible=true'])
    expect(known).toEqual([])
    const early = genericFlagsMissing('1.30', ['--emulation-forward-compatible=true'])
    expect(early).toEqual(['emulation-forward-compatible'])
  })
})

describe.each(MINORS)('the configuration files for %s', (minor) => {
  const stack = sampleStack('master', minor)
  const configuration = (path: string): Record<string, unknown> => {
    const { apiVersion, kind, ...rest } = parse(fileOf(stack, path)) as Record<string, unknown>
    expect([apiVersion, kind]).toEqual([expect.any(String), expect.any(String)])
    return rest
  }
  const STRUCTS: Readonly<Record<string, string>> = {
    authentication: 'KubeletAuthentication',
    'authentication.anonymous': 'KubeletAnonymousAuthentication',
    'authentication.webhook': 'KubeletWebhookAuthentication',
    'authentication.x509': 'KubeletX509Authentication',
    authorization: 'KubeletAuthorization',
  }

  test('have only fields that KubeletConfiguration of that version has', () => {
    const value = configuration('/var/lib/kubelet/config.yaml')
    expect(unknownFields('KubeletConfiguration', minor, 'KubeletConfiguration', value)).toEqual([])
    for (const [path, struct] of Object.entries(STRUCTS)) {
      const nested = path
        .split('.')
        .reduce<unknown>((at, key) => Reflect.get(at as object, key), value)
      expect(nested, path).toBeTypeOf('object')
      expect(unknownFields('KubeletConfiguration', minor, struct, nested as object)).toEqual([])
    }
  })

  test('have only fields that KubeProxyConfiguration of that version has', () => {
    const value = configuration('/var/lib/kube-proxy/config.yaml')
    expect(unknownFields('KubeProxyConfiguration', minor, 'KubeProxyConfiguration', value)).toEqual(
      [],
    )
  })
})

test('the check of fields finds one that this version lacks', () => {
  const value = { failCgroupV1: false, clusterDomain: 'cluster.local' }
  const check = (minor: string) =>
    unknownFields('KubeletConfiguration', minor, 'KubeletConfiguration', value)
  expect([check('1.30'), check('1.31')]).toEqual([['failCgroupV1'], []])
})

describeWith('etcd', 'the command line of etcd', () => {
  test('has only flags that the installed etcd knows', () => {
    const { stdout, stderr } = spawnSync('etcd', ['--help'], { encoding: 'utf8' })
    const known = [...`${stdout}${stderr}`.matchAll(/^\s+(--[a-z0-9-]+)/gm)].map(([, flag]) => flag)
    expect(known).toContain('--name')
    const used = argumentsOf('etcd', '1.36').map((argument) => argument.split('=')[0])
    expect(used.filter((flag) => !known.includes(flag))).toEqual([])
  })
})
