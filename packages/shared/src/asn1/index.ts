export * from './der-writer.ts'
export * from './der-reader.ts'
export * from './der-time.ts'
export * from './object-identifiers.ts'
