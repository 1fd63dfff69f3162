export * from './sign-request.ts'
export * from './read-sign-request.ts'
export * from './read-certification-request.ts'
export * from './write-sign-request.ts'
