/**
 * How a certificate says where its revocation is told: a CRL, OCSP, both, nowhere for good (RFC 9608
 * noRevAvail), or not at all, where only the CA's own records decide.
 */
export const REVOCATION_POLICIES = ['crl', 'ocsp', 'crl-and-ocsp', 'no-rev-avail', 'none'] as const

export type RevocationPolicy = (typeof REVOCATION_POLICIES)[number]
