import type { RouteKept } from '@easycerts/shared/api'
import { ordinaryWindow } from '@easycerts/shared/renewal'
import { type Certificate, certificatePem } from '@easycerts/shared/x509'

/**
 * A new certificate and when it is to be renewed; no order is older than it. `pem` is what its holder
 * keeps: an identity is shown to this CA alone, and needs no chain.
 */
export const certificateReplyOf = (
  certificate: Certificate,
  pem = certificatePem(certificate),
): RouteKept<'certificate'> => {
  const { start, end } = ordinaryWindow(certificate.validity)
  return {
    certificate: pem,
    renewal: { start: start.toISOString(), end: end.toISOString() },
  }
}
