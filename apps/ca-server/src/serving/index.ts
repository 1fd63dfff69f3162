export * from './serving-certificate.ts'
export * from './keep-renewed.ts'
