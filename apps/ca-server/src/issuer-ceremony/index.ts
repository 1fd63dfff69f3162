export * from './create-issuer.ts'
