import type { LayoutName } from '../cluster/index.ts'
import { NIXOS_PROFILES } from './nixos-profiles.ts'
import type { Profile } from './profile.ts'

type Rows = Readonly<Partial<Record<string, Profile>>>

const nixos = (name: string): Profile | undefined =>
  NIXOS_PROFILES.find((row) => row.name === `nixos/${name}`)

/** By our profile, what bears other names in the system whose layout it is: role bindings there go by them. */
const NAMED_BY: Readonly<Partial<Record<LayoutName, Rows>>> = {
  nixos: {
    'kube-proxy-client': nixos('kube-proxy-client'),
    'kube-apiserver': nixos('kube-apiserver'),
    'kube-apiserver-kubelet-client': nixos('kube-apiserver-kubelet-client'),
    'kube-apiserver-etcd-client': nixos('kube-apiserver-etcd-client'),
    'etcd-server': nixos('etcd'),
  },
}

/** The same profiles, with subjects and names as the system of this layout has them. */
export const profilesOfLayout = (profiles: readonly Profile[], layout: LayoutName): Profile[] =>
  profiles.map((profile) => {
    const row = NAMED_BY[layout]?.[profile.name]
    if (row === undefined) return profile
    const { commonName, organizations, names } = row
    return { ...profile, commonName, organizations, names }
  })
