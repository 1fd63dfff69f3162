export * from './peer-chain.ts'
