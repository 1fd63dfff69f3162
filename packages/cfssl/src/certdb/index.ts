export * from './certdb-row.ts'
export * from './revocation-code.ts'
export * from './serial-text.ts'
