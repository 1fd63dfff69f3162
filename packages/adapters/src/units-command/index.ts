export * from './register-units.ts'
export type { NamedStack } from './units-host.ts'
export type { UnitsOptions } from './units-options.ts'
