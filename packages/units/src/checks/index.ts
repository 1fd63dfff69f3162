export * from './check-stack.ts'
export * from './tls-servers.ts'
