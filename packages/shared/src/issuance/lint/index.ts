export type { LintInput } from './lint-rule.ts'
export * from './lint-rules.ts'
export * from './waived-rules.ts'
export * from './lint.ts'
