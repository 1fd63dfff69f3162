export * from './check-data-directory.ts'
export * from './load-issuers.ts'
export * from './own-key.ts'
export * from './change-protection.ts'
