import { type RevocationPointers, revocationPointersOf } from '@easycerts/shared/issuance'
import { type Issuer, maySignCrls } from '../issuers.ts'

/** Where the certificates of an issuer point to. */
export type PointersOfIssuer = (issuer: Issuer) => RevocationPointers

/** `url` of the public listener; undefined: certificates point nowhere. */
export const createPointersOfIssuer = (url: string | undefined): PointersOfIssuer => {
  const known = new Map<string, RevocationPointers>()
  return (issuer) => {
    const pointers = known.get(issuer.id) ?? pointersOf(url, issuer)
    known.set(issuer.id, pointers)
    return pointers
  }
}

/** An imported issuer that may not sign CRLs has an OCSP responder all the same. */
const pointersOf = (url: string | undefined, issuer: Issuer): RevocationPointers => {
  const pointers = revocationPointersOf(url, issuer.id)
  return maySignCrls(issuer)
    ? pointers
    : { ...pointers, crl: pointers.ocsp, 'crl-and-ocsp': pointers.ocsp }
}
