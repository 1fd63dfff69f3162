export * from '../release/index.ts'
