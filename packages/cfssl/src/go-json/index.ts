export * from './go-value.ts'
export * from './write-go-json.ts'
export * from './read-go-json.ts'
export * from './go-object.ts'
