export type { Fact, FactTable } from './fact.ts'
export * from './judge.ts'
