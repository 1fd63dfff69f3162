export * from './cfssl-failure.ts'
export * from './envelope.ts'
