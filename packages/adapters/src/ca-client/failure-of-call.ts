import { EasycertsError, reasonOf } from '@easycerts/shared/errors'

/** OpenSSL's verdicts (x509_verify_cert_error_string(3)) and Node's own on names. */
const UNTRUSTED = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_REJECTED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

const OUT_OF_DATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
}

/** TLS alerts about the certificate that we showed (RFC 8446 §6.2). */
const REFUSED_CERTIFICATE = /^ERR_SSL_.*ALERT_(BAD_CERT|CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/

/** What went wrong below HTTP, in words of the field. */
export const failureOfCall = (name: string, error: unknown): EasycertsError => {
  const code = (error as { readonly code?: unknown }).code
  const text = typeof code === 'string' ? code : ''
  const date = OUT_OF_DATE[text]
  if (date !== undefined)
    return new EasycertsError(
      'ERR_CLOCK_WRONG',
      `by the clock of this machine the certificate of ${name} ${date}`,
      { cause: error, hint: 'set the clock (timedatectl set-ntp true), or look at the CA' },
    )
  if (UNTRUSTED.has(text))
    return new EasycertsError(
      'ERR_CHAIN_INVALID',
      `the certificate of ${name} is not trusted (${text})`,
      {
        cause: error,
      },
    )
  if (REFUSED_CERTIFICATE.test(text))
    return new EasycertsError(
      'ERR_IDENTITY_UNKNOWN',
      `${name} refused the certificate of this node`,
      {
        cause: error,
      },
    )
  // llhttp's codes: what arrived is no HTTP.
  if (text.startsWith('HPE_'))
    return new EasycertsError('ERR_CA_REPLY_INVALID', `the answer of ${name} is not HTTP`)
  return new EasycertsError('ERR_CA_UNREACHABLE', `cannot reach ${name}: ${reasonInWords(error)}`, {
    cause: error,
  })
}

const reasonInWords = (error: unknown): string => {
  const reason = reasonOf(error)
  return reason === 'ECONNRESET' ? 'it closed the connection' : reason
}
