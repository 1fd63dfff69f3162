export * from './create-cfssl-remote.ts'
export * from './post-to-remote.ts'
export * from './resolve-auth-key.ts'
