export * from './leased-component.ts'
export * from './restart-lease.ts'
export * from './decide-lease.ts'
