import { createHmac } from 'node:crypto'
import type { Secret } from '@easycerts/shared/encoding'
import { seconds } from '@easycerts/shared/time'

/** What is asked of a remote. */
export interface AuthsignRequest {
  /** PEM. */
  readonly csr: string
  /** Names and addresses for the certificate; none asks for none. */
  readonly hosts: readonly string[]
  readonly profile: string
  readonly label: string
}

/** The zero of Go's time, by which its reader knows "left out". */
const NO_TIME = '0001-01-01T00:00:00Z'

/**
 * The body of `authsign`: the request's octets, and their HMAC by the auth key. The fields and their
 * order are those of certmgr 3.0.3, which every server of cfssl's API has seen.
 */
export const authsignBody = (
  { csr, hosts, profile, label }: AuthsignRequest,
  key: Secret<Buffer>,
  now: Date,
): string => {
  const request = Buffer.from(
    JSON.stringify({
      hosts,
      certificate_request: csr,
      profile,
      crl_override: '',
      label,
      NotBefore: NO_TIME,
      NotAfter: NO_TIME,
      ReturnPrecert: false,
    }),
  )
  const token = createHmac('sha256', key.reveal()).update(request).digest('base64')
  const timestamp = Math.floor(now.getTime() / seconds(1))
  return JSON.stringify({ timestamp, token, request: request.toString('base64') })
}
