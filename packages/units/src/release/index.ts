export * from './release.ts'
