import { isEasycertsError } from '@easycerts/shared/errors'
import { type Certificate, parseCertificatePem } from '@easycerts/shared/x509'
import type { CfsslFailure } from '@easycerts/cfssl/protocol'

/** The only certificate of a PEM text from outside; what is none fails as cfssl says it there. */
export const certificateOf = (pem: string, failure: CfsslFailure): Certificate => {
  try {
    return parseCertificatePem(pem)
  } catch (error) {
    if (isEasycertsError(error)) throw failure
    throw error
  }
}
