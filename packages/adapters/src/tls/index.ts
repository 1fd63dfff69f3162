export * from './peer-chain.ts'
export * from './tls-sight.ts'
export * from './member-health.ts'
