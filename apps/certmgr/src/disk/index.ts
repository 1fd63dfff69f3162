export * from './place.ts'
export * from './look-at-certificate.ts'
export * from './file-drift.ts'
export * from './find-service-account-key.ts'
