/** Whose paths a node's certificates, keys, bundles and kubeconfigs have. */
export const LAYOUT_NAMES = ['easycerts', 'nixos', 'kubeadm', 'kubeasz'] as const

export type LayoutName = (typeof LAYOUT_NAMES)[number]
