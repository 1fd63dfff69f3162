export * from './report-ledger.ts'
export * from './receive-report.ts'
export * from './decide-changes.ts'
export * from './describe-node-report.ts'
