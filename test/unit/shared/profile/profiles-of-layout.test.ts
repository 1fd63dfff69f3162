import { describe, expect, it } from 'vitest'
import { LAYOUT_NAMES } from '@easycerts/shared/cluster'
import {
  BUILT_IN_PROFILES,
  NIXOS_PROFILES,
  type Profile,
  profilesOfLayout,
} from '@easycerts/shared/profile'

const subjectOf = ({ commonName, organizations, names }: Profile) => ({
  commonName,
  organizations,
  names,
})

const withoutSubject = ({ commonName: _, organizations: __, names: ___, ...rest }: Profile) => rest

describe('the profiles of a cluster in the layout nixos', () => {
  const profiles = profilesOfLayout(BUILT_IN_PROFILES, 'nixos')

  it.each([
    ['kube-proxy-client', 'nixos/kube-proxy-client'],
    ['kube-apiserver', 'nixos/kube-apiserver'],
    ['kube-apiserver-kubelet-client', 'nixos/kube-apiserver-kubelet-client'],
    ['kube-apiserver-etcd-client', 'nixos/kube-apiserver-etcd-client'],
    ['etcd-server', 'nixos/etcd'],
    ['kube-scheduler-client', 'nixos/kube-scheduler-client'],
  ])('name in %s what NixOS names so', (name, foreign) => {
    const [ours, row] = [
      profiles.find((each) => each.name === name)!,
      NIXOS_PROFILES.find((each) => each.name === foreign)!,
    ]
    expect(subjectOf(ours)).toEqual(subjectOf(row))
  })

  it('differ in nothing else, so that nobody may ask for more', () => {
    expect(profiles.map(withoutSubject)).toEqual(BUILT_IN_PROFILES.map(withoutSubject))
  })
})

it.each(LAYOUT_NAMES.filter((name) => name !== 'nixos'))(
  'the profiles of a cluster in the layout %s are ours',
  (name) => {
    expect(profilesOfLayout(BUILT_IN_PROFILES, name)).toEqual(BUILT_IN_PROFILES)
  },
)
