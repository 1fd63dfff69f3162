import { readFileSync } from 'node:fs'
import { parseDescription } from '@easycerts/units/description'
import { buildStack } from '@easycerts/units/flavours'
import { describe, expect, test } from 'vitest'
import { nixosStackOf } from '../../../support/units/nixos-samples.ts'

const faultOf = (sample: Parameters<typeof nixosStackOf>[0]): string => {
  try {
    nixosStackOf(sample)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

const files = { caFile: '/a', certFile: '/b', keyFile: '/c' }

describe('a description of flavour nixos is refused', () => {
  test.each([
    [
      'with CNI both verbatim and in a directory',
      { nixos: { kubelet: { cni: { config: [{ type: 'bridge' }], configDir: '/etc/x' } } } },
      'verbatim CNI-config and CNI configDir cannot both be set',
    ],
    [
      'with an effect of a taint that there is not',
      { nixos: { kubelet: { taints: { a: { value: 'b', effect: 'Never' } } } } },
      'is not one of NoSchedule, PreferNoSchedule, NoExecute',
    ],
    [
      'with a network plug-in that there is not',
      { nixos: { kubelet: { networkPlugin: 'calico' } } },
      'is not one of cni, kubenet, null',
    ],
    [
      'with half a pair of certificate and key',
      { nixos: { kubelet: { tlsKeyFile: null } } },
      'certificate and key are both null or neither',
    ],
    [
      'with a hostname that is not in the certificate',
      { nixos: { kubelet: { hostname: 'other' } } },
      'is not the name of the node',
    ],
    [
      'with an address of the node that is another machine’s',
      { nixos: { kubelet: { nodeIp: '192.0.2.99' } } },
      'is not an address of the one node described',
    ],
    [
      'with an advertised address that the certificate lacks',
      { nixos: { apiserver: { advertiseAddress: '192.0.2.99' } } },
      'is not an address of the master',
    ],
    [
      'with ABAC and no policy',
      { nixos: { apiserver: { authorizationMode: ['ABAC'] } } },
      'mode ABAC needs it',
    ],
    [
      'with the configuration of a webhook that nobody asks',
      { nixos: { apiserver: { webhookConfig: '/w' } } },
      'is only for mode Webhook',
    ],
    [
      'with flannel in an encrypted etcd and no certificate for it',
      { nixos: { flannel: { storageBackend: 'etcd' } } },
      'https needs caFile, certFile and keyFile',
    ],
    [
      'with options in one text that only a shell could split',
      { nixos: { kubelet: { extraOpts: '--a="b c"' } } },
      'holds a quote or a backslash',
    ],
    ['with rkt', { more: { containerRuntime: { name: 'rkt' } } }, 'nixos has no rkt'],
    ['with nftables', { more: { proxyMode: 'nftables' } }, 'came with 1.29'],
    [
      'with a configuration file, which no component of it reads',
      { more: { settings: { kubelet: { config: { a: 1 } } } } },
      'configures its components by flags',
    ],
    ['with another layout', { more: { layout: 'kubeadm' } }, 'nixos has a layout of its own'],
  ])('%s', (_, sample, text) => {
    expect(faultOf(sample)).toContain(text)
  })

  test('but not with what is next to each of these', () => {
    const nixos = {
      kubelet: {
        cni: { config: [{ type: 'bridge' }] },
        tlsKeyFile: null,
        tlsCertFile: null,
        hostname: 'n1',
        nodeIp: '192.0.2.10',
      },
      apiserver: { advertiseAddress: '192.0.2.10' },
      flannel: { storageBackend: 'etcd', etcd: files },
    }
    expect(faultOf({ nixos, more: { layout: 'nixos', proxyMode: 'ipvs' } })).toBe('')
  })
})

describe('what is wise to know is said once:', () => {
  test.each([
    [{ form: 'verbatim' }, 'not for use'],
    [{ nixos: { apiserver: { insecurePort: 8080 } } }, 'insecure port'],
    [{ nixos: { apiserver: { authorizationMode: ['AlwaysAllow'] } } }, 'AlwaysAllow'],
    [{ nixos: { apiserver: { authorizationMode: ['RBAC'] } } }, 'reads every secret'],
    [{ nixos: { apiserver: { tokenAuthFile: '/t' } } }, 'tokens in a file'],
  ] as const)('%j', (sample, text) => {
    expect(nixosStackOf(sample).warnings?.join('\n')).toContain(text)
    expect(nixosStackOf().warnings).toEqual([])
  })
})

test('the example is a description from which every node gets its stack', () => {
  const file = new URL('../../../../examples/nixos.yaml', import.meta.url)
  const description = parseDescription('nixos.yaml', readFileSync(file, 'utf8'))
  const units = description.nodes.map((node) => buildStack({ description, node }).units.length)
  expect(units).toEqual([expect.any(Number), expect.any(Number)])
  expect(units[0]).toBeGreaterThan(units[1]!)
})
