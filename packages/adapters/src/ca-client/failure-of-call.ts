import { EasycertsError, reasonOf } from '@easycerts/shared/errors'

/** The code of every verdict on a server but those on dates; the message has OpenSSL's or Node's. */
export const UNTRUSTED = 'CERT_UNTRUSTED'

/** OpenSSL's verdicts on dates (x509_verify_cert_error_string(3)). */
export const OUT_OF_DATE: Readonly<Record<string, string>> = {
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
  if (text === UNTRUSTED)
    return new EasycertsError(
      'ERR_CHAIN_INVALID',
      `the certificate of ${name} is not trusted (${(error as Error).message})`,
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
