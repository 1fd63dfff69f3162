export type { Fact } from './fact.ts'
export * from './judge.ts'
