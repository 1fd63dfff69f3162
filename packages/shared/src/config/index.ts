export * from './parse-config.ts'
export * from './format-config.ts'
export * from './parse-config-list.ts'
