export * from './check-stack.ts'
