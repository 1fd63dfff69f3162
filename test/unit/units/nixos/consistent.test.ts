import { contradictionsOf } from '@easycerts/units/checks'
import { buildStack } from '@easycerts/units/flavours'
import { describe, expect, test } from 'vitest'
import {
  NIXOS_ROLES,
  nixosRequestOf,
  type NixosRole,
} from '../../../support/units/nixos-samples.ts'

const ROLES = Object.keys(NIXOS_ROLES) as NixosRole[]

const contradictions = (sample: Parameters<typeof nixosRequestOf>[0]): string[] => {
  const request = nixosRequestOf(sample)
  return contradictionsOf(request, buildStack(request))
}

describe('nothing in a stack of nixos contradicts', () => {
  test.each(['eventual', 'online-targets'] as const)('by %s', (form) => {
    for (const role of ROLES) expect([role, contradictions({ role, form })]).toEqual([role, []])
  })

  test.each(['easycerts', 'kubeadm'] as const)('in the layout %s', (layout) => {
    expect(contradictions({ form: 'online-targets', more: { layout } })).toEqual([])
  })

  test('but certificates in a place where nobody puts them', () => {
    const found = contradictions({ nixos: { kubelet: { tlsCertFile: '/etc/kubernetes/x.pem' } } })
    expect(found.join('\n')).toContain('/etc/kubernetes/x.pem')
  })
})
