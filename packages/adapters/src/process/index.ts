export * from './run-process.ts'
export * from './process-lock.ts'
export * from './find-lock-holder.ts'
export * from './signal-pid-file.ts'
