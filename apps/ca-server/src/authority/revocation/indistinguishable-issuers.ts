import type { Issuer, Issuers } from '../issuers.ts'

/**
 * The issuers, itself included, that a verifier cannot tell from one: CRLs and OCSP name an issuer by
 * subject and key alone, and an imported CA may serve several purposes with one certificate. What is
 * said of a serial number under one of them holds under all.
 */
export const indistinguishableFrom = (
  { subject, pin }: Issuer,
  issuers: Issuers,
): readonly Issuer[] =>
  Object.values(issuers).filter((each) => each.pin === pin && each.subject.equals(subject))
