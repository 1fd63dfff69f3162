export * from './modern-rules.ts'
