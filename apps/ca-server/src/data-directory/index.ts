export * from './check-data-directory.ts'
export * from './initialise.ts'
export * from './load-issuers.ts'
