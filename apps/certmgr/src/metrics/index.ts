export * from './start-metrics.ts'
