export * from './addons.ts'
export * from './coredns-objects.ts'
export { keptAddon } from './manifest.ts'
