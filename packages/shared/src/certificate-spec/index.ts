export * from './action.ts'
export * from './certificate-spec.ts'
