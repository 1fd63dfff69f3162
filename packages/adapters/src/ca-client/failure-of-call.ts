import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { CLIENT_CERTIFICATE_REFUSED, OUT_OF_DATE } from '../tls/index.ts'

/** The code of every verdict on a server but those on dates; the message has OpenSSL's or Node's. */
export const UNTRUSTED = 'CERT_UNTRUSTED'

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
  if (CLIENT_CERTIFICATE_REFUSED.test(text))
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
