export * from './place.ts'
export * from './look-at-certificate.ts'
export * from './file-drift.ts'
