export * from './verify-log.ts'
export type { KeptHead } from './check-heads.ts'
export * from './read-log-texts.ts'
