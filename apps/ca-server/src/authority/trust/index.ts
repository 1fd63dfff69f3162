export * from './keep-trust.ts'
export * from './publish-trust.ts'
export * from './serve-trust.ts'
export * from './service-account-keys.ts'
