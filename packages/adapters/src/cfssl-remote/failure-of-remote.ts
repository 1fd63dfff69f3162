import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { CLIENT_CERTIFICATE_REFUSED, OUT_OF_DATE } from '../tls/index.ts'

/** OpenSSL's other verdicts on a server's certificate, and Node's on its names. */
const UNTRUSTED =
  /^(UNABLE_TO_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_|PATH_LENGTH_|ERR_TLS_CERT_|HOSTNAME_)/

/** What went wrong below HTTP, in words of the field. */
export const failureOfRemote = (name: string, error: unknown): EasycertsError => {
  const { code } = error as { readonly code?: unknown }
  const text = typeof code === 'string' ? code : ''
  const date = OUT_OF_DATE[text]
  if (date !== undefined)
    return new EasycertsError(
      'ERR_CLOCK_WRONG',
      `by the clock of this machine the certificate of ${name} ${date}`,
      { cause: error, hint: 'set the clock, or renew the certificate that cfssl serves with' },
    )
  if (UNTRUSTED.test(text))
    return new EasycertsError(
      'ERR_CHAIN_INVALID',
      `the certificate of ${name} is not trusted (${text})`,
      { cause: error, hint: 'is root_ca of the spec the CA of cfssl’s own TLS certificate?' },
    )
  if (CLIENT_CERTIFICATE_REFUSED.test(text))
    return new EasycertsError(
      'ERR_REQUESTER_NOT_PERMITTED',
      `${name} wants another client certificate`,
      { cause: error, hint: 'set client_certificate and client_key below authority in the spec' },
    )
  // llhttp's codes: what arrived is no HTTP.
  if (text.startsWith('HPE_'))
    return new EasycertsError('ERR_CA_REPLY_INVALID', `the answer of ${name} is not HTTP`)
  return new EasycertsError('ERR_CA_UNREACHABLE', `cannot reach ${name}: ${reasonOf(error)}`, {
    cause: error,
    hint: 'does cfssl run there, and is its port open to this machine?',
  })
}
