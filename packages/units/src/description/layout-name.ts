/** Where certificates, keys and kubeconfigs stand on a node, by the system whose paths they are. */
export const LAYOUT_NAMES = ['easycerts', 'nixos', 'kubeadm', 'kubeasz'] as const

export type LayoutName = (typeof LAYOUT_NAMES)[number]
