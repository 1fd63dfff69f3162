export * from './trust-store.ts'
export * from './follow-trust.ts'
