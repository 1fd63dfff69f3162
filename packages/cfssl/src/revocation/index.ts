export * from './build-cfssl-crl.ts'
export * from './build-cfssl-ocsp.ts'
