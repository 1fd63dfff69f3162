export * from './connection-counts.ts'
export * from './request-limits.ts'
