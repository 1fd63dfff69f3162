import { readTextFileIfAny } from '../files/index.ts'

/** Where distributions keep the CAs of the system, in the order in which Go looks. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** PEM of the CAs that this machine trusts; undefined where there are none, and Node's own count. */
export const findSystemRoots = (): string | undefined => {
  for (const path of BUNDLES) {
    const text = readTextFileIfAny(path)
    if (text !== undefined && text.includes('-----BEGIN')) return text
  }
  return undefined
}
