export * from './parse-config.ts'
export * from './format-config.ts'
