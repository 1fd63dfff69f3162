export * from './door-certificate.ts'
export * from './serving-certificate.ts'

export * from './serving-renewal.ts'
