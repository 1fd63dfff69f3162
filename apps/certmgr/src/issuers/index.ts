export type { CertificateIssuer } from './certificate-issuer.ts'
export * from './joined-ca.ts'
export * from './remote-ca.ts'
