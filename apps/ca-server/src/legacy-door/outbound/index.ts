export * from './fetch-chain.ts'
export * from './outbound-turn.ts'
export * from './reachable-host.ts'
