import { describe, expect, test } from 'vitest'
import { contradictionsOf } from '@easycerts/units/checks'
import { parseDescription } from '@easycerts/units/description'
import { buildStack } from '@easycerts/units/flavours'
import { exampleText } from '../../../support/units/described-stack.ts'
import { sampleRequest } from '../../../support/units/sample-stacks.ts'

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
    'no CoreDNS': ['1.36', { modern: { coredns: { enabled: false } } }],
  } as const

  test.each(Object.entries(changes))('%s', (_, [release, change]) => {
    const request = sampleRequest('both', release, change)
    expect(contradictionsOf(request, buildStack(request))).toEqual([])
  })
})
