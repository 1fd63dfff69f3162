export * from './door-certificate.ts'
export * from './serving-certificate.ts'
export type { ServingPair } from './serving-pair.ts'
export * from './serving-renewal.ts'
