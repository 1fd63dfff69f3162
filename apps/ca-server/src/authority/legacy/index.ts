export * from './issue-legacy.ts'
