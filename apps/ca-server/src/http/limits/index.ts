export * from './connection-counts.ts'
export * from './limit-pipelining.ts'
export * from './request-limits.ts'
export * from './replaceable-limits.ts'
