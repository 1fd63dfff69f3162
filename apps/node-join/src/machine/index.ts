export * from './machine.ts'
export * from './own-name.ts'
export * from './progress.ts'
export * from './created-directories.ts'
