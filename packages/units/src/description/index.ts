export * from './release.ts'
export * from './flavour.ts'
export * from './layout-name.ts'
export * from './component-name.ts'
export * from './cluster-description.ts'
export * from './parse-description.ts'
export { CONFIGURED_COMPONENTS, type ConfiguredComponent } from './sections/settings.ts'
export { FLEET_PROGRAMS, fleetOptions, type FleetOptions } from './sections/fleet-options.ts'
export {
  kubeletWrapperOptions,
  type KubeletWrapperOptions,
} from './sections/kubelet-wrapper-options.ts'
export { bringsWrapper } from './rules/kubelet-wrapper-rules.ts'
export { kubeaszOptions, type KubeaszOptions } from './sections/kubeasz-options.ts'
