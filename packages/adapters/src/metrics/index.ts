export * from './metric-registry.ts'
export * from './metric-row.ts'
