export * from './run-process.ts'
export * from './process-lock.ts'
