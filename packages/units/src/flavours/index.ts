export * from './build-stack.ts'
