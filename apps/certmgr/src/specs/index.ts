export * from './load-specs.ts'
export * from './find-duplicates.ts'
