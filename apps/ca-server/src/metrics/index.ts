export * from './collect-gauges.ts'
export * from './metric-table.ts'
export * from './observers.ts'
