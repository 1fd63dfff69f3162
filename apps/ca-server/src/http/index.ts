export * from './start-listeners.ts'
