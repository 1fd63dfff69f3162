export * from './auth-key.ts'
export * from './signing-profile.ts'
