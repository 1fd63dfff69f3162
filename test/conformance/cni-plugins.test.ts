import type { NodeStack } from '@easycerts/units/stack'
import { expect, it } from 'vitest'
import { delegatedByFlannel, SUBNET_ENV } from '../support/cni/flannel-delegate.ts'
import { startContainerd, writeForContainerd } from '../support/cni/containerd.ts'
import { CNI_PLUGINS } from '../support/cni/lone-host.ts'
import { describeOnLoneHost } from '../support/cni/describe-on-lone-host.ts'
import { addressesOf, makePod, parseNetworkConfig } from '../support/cni/pod-network.ts'
import { describedStack, exampleText } from '../support/units/described-stack.ts'
import { nixosStackOf } from '../support/units/nixos-samples.ts'
import { fileOf, sampleStack } from '../support/units/sample-stacks.ts'

const kubeasz = (cni: string, verbatim = false): NodeStack =>
  describedStack(exampleText('kubeasz').replace(/^cni: .*$/m, `cni: ${cni}`), '192.168.1.42', {
    verbatim,
  })

interface Row {
  readonly of: string
  readonly stack: NodeStack
  readonly file: string
  readonly bridge: string
  /** Of the range that pods get their addresses from. */
  readonly gateway: string
  readonly masquerades: boolean
}

/** flanneld has told so. */
const FLANNELS = { gateway: '10.244.7.1/24', masquerades: false } as const
const CNI = '/etc/cni/net.d'

const ROWS: readonly Row[] = [
  {
    ...{ of: 'modern with flannel', stack: sampleStack('worker', '1.36'), ...FLANNELS },
    ...{ file: `${CNI}/10-flannel.conflist`, bridge: 'cni0' },
  },
  {
    ...{ of: 'nixos with flannel', stack: nixosStackOf(), ...FLANNELS },
    ...{ file: `${CNI}/11-flannel.conf`, bridge: 'docker0' },
  },
  {
    ...{ of: 'nixos as it was', stack: nixosStackOf({ form: 'verbatim' }), ...FLANNELS },
    ...{ file: `${CNI}/11-flannel.conf`, bridge: 'docker0' },
  },
  {
    ...{ of: 'nixos with a bridge', stack: nixosStackOf({ more: { cni: 'bridge' } }) },
    ...{ file: `${CNI}/11-bridge.conf`, bridge: 'mynet', gateway: '10.1.0.1/16' },
    masquerades: true,
  },
  {
    ...{ of: 'kubeasz with flannel', stack: kubeasz('flannel'), ...FLANNELS },
    ...{ file: `${CNI}/10-flannel.conflist`, bridge: 'cni0' },
  },
  {
    ...{ of: 'kubeasz with a bridge', stack: kubeasz('bridge') },
    ...{ file: `${CNI}/10-default.conf`, bridge: 'mynet0', gateway: '172.20.1.1/24' },
    masquerades: true,
  },
  {
    ...{ of: 'kubeasz as it was', stack: kubeasz('bridge', true) },
    ...{ file: `${CNI}/10-default.conf`, bridge: 'mynet0', gateway: '172.20.0.1/16' },
    masquerades: true,
  },
  {
    of: 'kubelet-wrapper with flannel',
    stack: describedStack(exampleText('kubelet-wrapper'), 'worker-1'),
    ...{ file: '/etc/kubernetes/cni/net.d/10-flannel.conf', bridge: 'cni0', ...FLANNELS },
  },
]

describeOnLoneHost(
  'the plug-ins of CNI',
  [`${CNI_PLUGINS}/bridge`, '/usr/bin/containerd', '/usr/sbin/iptables'],
  (host) => {
    const natRules = (): string => host().run('iptables', '-t', 'nat', '-S')
    it.each(ROWS)('take what $of has for them', (row) => {
      const written = parseNetworkConfig(fileOf(row.stack, row.file))
      const config = delegatedByFlannel(written, SUBNET_ENV)
      const [first, second] = [makePod(host(), config), makePod(host(), config)]
      first.apply('ADD')
      expect(addressesOf(host().run, row.bridge)).toEqual([row.gateway])
      expect(first.addresses()).toEqual([row.gateway.replace('.1/', '.2/')])
      const gateway = row.gateway.split('/')[0]!
      expect(first.run('ip', 'route', 'show', 'default')).toContain(`default via ${gateway} `)
      expect(/-s \S+ .*-j CNI-/.test(natRules())).toBe(row.masquerades)
      second.apply('ADD')
      expect(second.addresses()).toEqual([row.gateway.replace('.1/', '.3/')])
      for (const pod of [first, second]) pod.apply('DEL')
      expect(first.run('ip', '-json', 'link', 'show', 'type', 'veth').trim()).toBe('[]')
      expect(natRules()).not.toMatch(/-s \S+ .*-j CNI-/)
    })

    it('send what comes to a port of the host to the pod that asked for it', () => {
      const content = fileOf(sampleStack('worker', '1.36'), `${CNI}/10-flannel.conflist`)
      const pod = makePod(host(), delegatedByFlannel(parseNetworkConfig(content), SUBNET_ENV), [
        { hostPort: 8080, containerPort: 80, protocol: 'tcp' },
      ])
      pod.apply('ADD')
      expect(natRules()).toMatch(/--dport 8080 .*--to-destination 10\.244\.7\.2:80/)
      pod.apply('DEL')
      expect(natRules()).not.toContain('8080')
    })

    it('take the network that containerd makes of our template, with ranges of both families', async () => {
      const networks = {
        pods: ['10.2.0.0/16', 'fd00:2::/48'],
        services: ['10.3.0.0/16', 'fd00:3::/108'],
      }
      writeForContainerd(host(), sampleStack('worker', '1.30', { cni: 'bridge', networks }))
      const containerd = await startContainerd(host())
      try {
        await containerd.tellPodRanges(['10.2.7.0/24', 'fd00:2:0:7::/64'])
      } finally {
        await containerd.stop()
      }
      const [made = ''] = host().run('sh', '-c', `ls ${CNI}/*`).split('\n')
      const pod = makePod(host(), parseNetworkConfig(host().run('cat', made)))
      pod.apply('ADD')
      expect(pod.addresses()).toEqual(['10.2.7.2/24', 'fd00:2:0:7::2/64'])
      expect(addressesOf(host().run, 'cni0')).toEqual(['10.2.7.1/24', 'fd00:2:0:7::1/64'])
      const routes = ['-4', '-6'].map((family) => pod.run('ip', family, 'route', 'show', 'default'))
      expect(routes[0]).toContain('via 10.2.7.1 ')
      expect(routes[1]).toContain('via fd00:2:0:7::1 ')
      expect(natRules()).toContain('MASQUERADE')
      // The versions and flannel's plug-in of the others know no CHECK.
      pod.apply('CHECK')
      pod.apply('DEL')
      expect(pod.addresses).toThrow('does not exist')
    })
  },
)
