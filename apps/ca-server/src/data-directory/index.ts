export * from './check-data-directory.ts'
export * from './load-issuers.ts'
export * from './log-key.ts'
export * from './change-protection.ts'
