import { Secret } from '../encoding/index.ts'
import { EasycertsError } from '../errors/index.ts'

/** cfsslAPITokenLength of easyCerts in NixOS. */
export const API_TOKEN_LENGTH = 32

/** The one token of a cluster of easyCerts: the key of the HMAC of `authsign`, in hexadecimal digits. */
export type ApiToken = Secret<string>

/** ERR_APITOKEN_MALFORMED, which never quotes it. */
export const parseApiToken = (text: string): ApiToken => {
  if (text.length !== API_TOKEN_LENGTH)
    throw new EasycertsError(
      'ERR_APITOKEN_MALFORMED',
      `this token has ${text.length} characters, and one of easyCerts has ${API_TOKEN_LENGTH}`,
    )
  if (!/^[0-9a-f]+$/i.test(text))
    throw new EasycertsError(
      'ERR_APITOKEN_MALFORMED',
      'this token has other characters than hexadecimal digits',
    )
  return new Secret(text)
}

/** Whether two texts are one token: what a file holds may end in a newline, and its case is free. */
export const isSameApiToken = (token: ApiToken, text: string): boolean =>
  token.reveal().toLowerCase() === text.trim().toLowerCase()
