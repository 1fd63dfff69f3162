export * from '../release/index.ts'
export * from './flavour.ts'
export * from './layout-name.ts'
export * from './component-name.ts'
export * from './cluster-description.ts'
export * from './parse-description.ts'
export { modernOptionsOf, type ModernOptions } from './sections/modern-options.ts'
export * from './describe-for-node.ts'
export * from './facts-of-description.ts'
export { isDualStack } from './resolve-networks.ts'
export { type ConfiguredComponent } from './sections/settings.ts'
export { FLEET_PROGRAMS, fleetOptions, type FleetOptions } from './sections/fleet-options.ts'
export {
  kubeletWrapperOptions,
  type KubeletWrapperOptions,
} from './sections/kubelet-wrapper-options.ts'
export { bringsWrapper } from './rules/kubelet-wrapper-rules.ts'
export { NIXOS_DEFAULTS, type NixosOptions, type StartDesign } from './sections/nixos-options.ts'
export { kubeaszOptions, type KubeaszOptions } from './sections/kubeasz-options.ts'
