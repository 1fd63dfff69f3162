export * from './action.ts'
export * from './certificate-spec.ts'
export * from './proof.ts'
