import type { CfsslResult, Message } from '@easycerts/cfssl/protocol'
import { type Certificate, certificatePem } from '@easycerts/shared/x509'

/** What cfssl serve says of `bundle: true` without -ca-bundle and -int-bundle. */
export const NO_BUNDLER: Message = {
  code: 5300,
  message: 'This request requires a bundler, but one is not initialized for the API server.',
}

/** What `sign` and `authsign` answer: the certificate alone, without its chain. */
export const certificateResult = (certificate: Certificate, isBundle: boolean): CfsslResult => ({
  result: { certificate: certificatePem(certificate) },
  ...(isBundle ? { messages: [NO_BUNDLER] } : {}),
})
