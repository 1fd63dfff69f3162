import { KUBEADM_LAYOUT } from './kubeadm-layout.ts'
import { KUBEASZ_LAYOUT } from './kubeasz-layout.ts'
import type { LayoutName, NodeFacts } from '../cluster/index.ts'
import { EASYCERTS_LAYOUT, type Layout } from './layout.ts'
import { NIXOS_LAYOUT } from './nixos-layout.ts'

const LAYOUTS: Readonly<Record<LayoutName, Layout>> = {
  easycerts: EASYCERTS_LAYOUT,
  nixos: NIXOS_LAYOUT,
  kubeadm: KUBEADM_LAYOUT,
  kubeasz: KUBEASZ_LAYOUT,
}

export const layoutOf = (name: LayoutName): Layout => LAYOUTS[name]

export const layoutOfNode = ({ layout = 'easycerts' }: Pick<NodeFacts, 'layout'>): Layout => layoutOf(layout)

/** For who does not know what a node is, or was. */
export const ALL_LAYOUTS: readonly Layout[] = Object.values(LAYOUTS)
