export * from './crl-files.ts'
export * from './open-publication.ts'
