export * from './authenticated-request.ts'
export * from './verify-token.ts'
export * from './write-authenticated-request.ts'
