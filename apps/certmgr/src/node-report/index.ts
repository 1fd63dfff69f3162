export * from './machine-source.ts'
export * from './machine-hosts.ts'
export * from './build-node-report.ts'
