export * from './log-witness.ts'
export { loadReceipt } from './receipt-file.ts'
export { loadWitnessRecord } from './witness-file.ts'
