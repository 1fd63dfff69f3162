export * from './error-code.ts'
export * from './easycerts-error.ts'
export * from './problem.ts'
export * from './hide-secrets.ts'
