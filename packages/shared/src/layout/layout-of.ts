import { KUBEADM_LAYOUT } from './kubeadm-layout.ts'
import { KUBEASZ_LAYOUT } from './kubeasz-layout.ts'
import { EASYCERTS_LAYOUT, type Layout, type LayoutName } from './layout.ts'
import { NIXOS_LAYOUT } from './nixos-layout.ts'

const LAYOUTS: Readonly<Record<LayoutName, Layout>> = {
  easycerts: EASYCERTS_LAYOUT,
  nixos: NIXOS_LAYOUT,
  kubeadm: KUBEADM_LAYOUT,
  kubeasz: KUBEASZ_LAYOUT,
}

export const layoutOf = (name: LayoutName): Layout => LAYOUTS[name]
