export * from './export-pkcs12.ts'
