export * from './lifecycle.ts'
export * from './create-stop.ts'
