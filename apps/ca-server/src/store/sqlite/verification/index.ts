export * from './verify-log.ts'
export type { KeptHead, CheckedHead } from './check-heads.ts'
export type { Difference } from './difference.ts'
export * from './read-log-texts.ts'
