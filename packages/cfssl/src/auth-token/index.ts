export * from './authenticated-request.ts'
export * from './verify-token.ts'
