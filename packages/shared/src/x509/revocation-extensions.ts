import { contextConstructed, NULL, objectIdentifier, OID, sequence } from '../asn1/index.ts'
import { encodeGeneralName } from './general-name.ts'
import type { Extension } from './extension.ts'

const uri = (value: string): Buffer => encodeGeneralName({ kind: 'uri', value })

/** RFC 5280 §4.2.1.13, with one point that has all reasons. */
export const crlDistributionPoint = (url: string): Extension => ({
  oid: OID.cRLDistributionPoints,
  critical: false,
  value: sequence(sequence(contextConstructed(0, contextConstructed(0, uri(url))))),
})

/** RFC 5280 §4.2.2.1: where OCSP answers, and where the issuer's own certificate is. */
export const authorityInformationAccess = (places: {
  readonly ocsp?: string
  readonly caIssuers?: string
}): Extension => ({
  oid: OID.authorityInfoAccess,
  critical: false,
  value: sequence(
    ...(['ocsp', 'caIssuers'] as const).flatMap((method) => {
      const url = places[method]
      return url === undefined ? [] : [sequence(objectIdentifier(OID[method]), uri(url))]
    }),
  ),
})

/** RFC 9608: nothing will ever say of this certificate that it was revoked. */
export const NO_REV_AVAIL: Extension = { oid: OID.noRevAvail, critical: false, value: NULL }

/** RFC 6960 §4.2.2.2.1: an OCSP signer is trusted for its short life, without asking about itself. */
export const OCSP_NO_CHECK: Extension = { oid: OID.ocspNoCheck, critical: false, value: NULL }
