export * from './node-report.ts'
export * from './machine-addresses.ts'
export * from './host-change.ts'
export * from './change-policy.ts'
