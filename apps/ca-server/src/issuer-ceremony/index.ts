export * from './create-issuer.ts'
export * from './create-issuer-request.ts'
