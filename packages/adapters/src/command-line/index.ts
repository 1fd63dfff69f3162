export * from './add-documentation.ts'
export * from './run-program.ts'
export * from './exit-status.ts'
