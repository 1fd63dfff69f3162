export * from './cryptoki.ts'
export * from './key-uri.ts'
export * from './token-session.ts'
export * from './token-issuer-keys.ts'
