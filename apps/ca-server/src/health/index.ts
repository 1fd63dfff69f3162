export * from './health-check.ts'
export * from './server-checks.ts'
export * from './server-ledger.ts'
export * from './watchdog.ts'
