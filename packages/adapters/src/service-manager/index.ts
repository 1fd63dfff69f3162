export * from './service-programs.ts'
export * from './create-service-program.ts'
