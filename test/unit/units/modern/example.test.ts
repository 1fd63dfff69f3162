import { describe, expect, test } from 'vitest'
import { contradictionsOf } from '@easycerts/units/checks'
import { parseDescription } from '@easycerts/units/description'
import { buildStack } from '@easycerts/units/flavours'
import { exampleText } from '../../../support/units/described-stack.ts'
import { fileOf, sampleRequest, sampleStack } from '../../../support/units/sample-stacks.ts'

describe('examples/modern.yaml', () => {
  const description = parseDescription('modern.yaml', exampleText('modern'))

  test.each(description.nodes)('makes of $name a node that contradicts itself nowhere', (node) => {
    const request = { description, node }
    const stack = buildStack(request)
    expect(contradictionsOf(request, stack)).toEqual([])
    expect(stack.warnings).toBeUndefined()
  })
})

describe('nothing contradicts either in a stack with', () => {
  const changes = {
    docker: ['1.20', { containerRuntime: { name: 'docker' } }],
    'docker and kubenet': ['1.20', { containerRuntime: { name: 'docker' }, cni: 'bridge' }],
    calico: ['1.36', { cni: 'calico' }],
    'a bridge': ['1.36', { cni: 'bridge' }],
    'an issuer for CSRs': ['1.36', { csrSigner: true }],
    'the layout of kubeadm': ['1.36', { layout: 'kubeadm' }],
    'the layout of NixOS': ['1.36', { layout: 'nixos' }],
    'the layout of kubeasz': ['1.36', { layout: 'kubeasz' }],
    'no CoreDNS': ['1.36', { modern: { coredns: { enabled: false } } }],
  } as const

  test.each(Object.entries(changes))('%s', (_, [release, change]) => {
    const request = sampleRequest('both', release, change)
    expect(contradictionsOf(request, buildStack(request))).toEqual([])
  })

  test('a layout elsewhere, whose directories are made and which certmgr may write', () => {
    const stack = sampleStack('worker', '1.36', { layout: 'nixos' })
    const secrets = '/var/lib/kubernetes/secrets'
    expect(fileOf(stack, 'tmpfiles.d/easycerts.conf')).toContain(`d ${secrets} 0755 root root\n`)
    expect(fileOf(stack, 'certmgr.service')).toContain(
      `ReadWritePaths=/etc/kubernetes /etc/easycerts ${secrets}\n`,
    )
    expect(fileOf(stack, 'config.yaml')).toContain(`tlsCertFile: ${secrets}/kubelet.pem\n`)
    expect(stack.files.some(({ content }) => content.includes('/etc/kubernetes/pki'))).toBe(false)
  })
})
