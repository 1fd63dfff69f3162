export * from './legacy-issuance.ts'
export * from './issue-legacy.ts'
