import { describe, expect, test } from 'vitest'
import type { NodeStack } from '@easycerts/units/stack'
import { genericFlagsMissing, unknownFlags } from '../../../support/units/kubernetes-facts.ts'
import { nixosStackOf, unitText } from '../../../support/units/nixos-samples.ts'
import { execStart } from '../../../support/units/read-unit.ts'

const argumentsOf = (stack: NodeStack, name: string): string[] =>
  execStart(unitText(stack, `${name}.service`) ?? '').slice(1)

/** Everything that can be asked for, so that every flag stands there. */
const everything = {
  nixos: {
    apiserver: {
      advertiseAddress: '192.0.2.10',
      authorizationMode: ['RBAC', 'Node', 'ABAC', 'Webhook'],
      authorizationPolicy: [{ kind: 'Policy' }],
      webhookConfig: '/w',
      basicAuthFile: '/b',
      tokenAuthFile: '/t',
      disableAdmissionPlugins: ['AlwaysAdmit'],
      verbosity: 2,
    },
    kubelet: {
      nodeIp: '192.0.2.10',
      manifests: { web: { kind: 'Pod' } },
      taints: { a: { value: 'b', effect: 'NoExecute' } },
      verbosity: 2,
    },
  },
  more: {
    featureGates: { DryRun: true },
    reserved: {
      kube: { cpu: '100m' },
      system: { cpu: '100m' },
      evictionHard: { 'memory.available': '100Mi' },
    },
  },
  node: { labels: { disk: 'ssd' } },
}

// Gone between 1.14 and 1.20, whose help is the oldest there is (K/K#77820, #89069), or hidden in
// that help though accepted until 1.22 and 1.24 (K/K#101178, #106859).
const NOT_IN_HELP_OF_1_20: Readonly<Record<string, readonly string[]>> = {
  kubelet: ['--allow-privileged=false'],
  'kube-apiserver': [
    '--basic-auth-file=/b',
    '--kubelet-https=true',
    '--insecure-bind-address=127.0.0.1',
    '--insecure-port=0',
  ],
}

// Until 1.12 the program itself registered them, whose sources are not among the facts.
const OF_THE_PROGRAM_ITSELF = ['insecure-bind-address', 'insecure-port']

const asHelpNames = (args: readonly string[]): string[] =>
  args.map((word) => (word.includes('=') ? word : `${word}=true`))

describe('by the help of Kubernetes itself', () => {
  test.each(['kubelet', 'kube-apiserver', 'kube-controller-manager'])(
    '1.20 knows every flag of %s but those that had gone by then',
    (component) => {
      const args = asHelpNames(argumentsOf(nixosStackOf(everything), component))
      expect(args.length).toBeGreaterThan(10)
      expect(unknownFlags(component, '1.20.2', args)).toEqual(NOT_IN_HELP_OF_1_20[component] ?? [])
    },
  )

  test.each(['1.10', '1.11', '1.12', '1.13', '1.14'])(
    'the sources of kube-apiserver %s register every generic flag that it gets',
    (version) => {
      const args = argumentsOf(nixosStackOf({ ...everything, version }), 'kube-apiserver')
      const missing = genericFlagsMissing(version, args)
      expect(missing.filter((name) => !OF_THE_PROGRAM_ITSELF.includes(name))).toEqual([])
      expect(genericFlagsMissing(version, [...args, '--egress-selector-config-file=/x'])).toContain(
        'egress-selector-config-file',
      )
    },
  )
})

describe('kube-apiserver and kube-controller-manager 1.9', () => {
  const stack = nixosStackOf({ version: '1.9' })
  test('get their admission plug-ins and ports by the flags of their time', () => {
    const apiserver = argumentsOf(stack, 'kube-apiserver').join(' ')
    expect(apiserver).toContain('--admission-control=NamespaceLifecycle,')
    expect(apiserver).not.toContain('admission-plugins')
    const manager = argumentsOf(stack, 'kube-controller-manager')
    expect(manager).toEqual(expect.arrayContaining(['--address=127.0.0.1', '--port=10252']))
    expect(manager.join(' ')).not.toMatch(/secure-port|bind-address|tls-/)
    expect(stack.warnings).toContain(
      'kube-controller-manager 1.9 serves health and metrics without TLS',
    )
  })
})
