export * from './unified-diff.ts'
