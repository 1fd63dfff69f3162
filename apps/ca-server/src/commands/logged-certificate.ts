import type { OperatorClient } from '@easycerts/adapters/ca-client'
import { acceptFirstHead, type LogReceipt, requireLogged } from '@easycerts/shared/issuance-log'
import { parseCertificatePem } from '@easycerts/shared/x509'

/** What comes with a certificate: PEM, the certificate before its chain. */
interface Logged {
  readonly certificate: string
  readonly log: LogReceipt
}

/**
 * What a command does before it writes a certificate anywhere: the server must show that its log
 * holds it. The key of the log is asked for first, so it cannot be made up for the certificate.
 * ERR_LOG_UNPROVEN, ERR_LOG_INCONSISTENT, ERR_LOG_MALFORMED.
 */
export const obtainLogged = async <Reply extends Logged>(
  client: OperatorClient,
  obtain: () => Promise<Reply>,
): Promise<Reply> => {
  const { publicKey } = await client.call('logHead', {})
  const reply = await obtain()
  const { head } = acceptFirstHead(reply.log, Buffer.from(publicKey, 'base64url'))
  requireLogged(reply.log, head, fingerprintOf(reply.certificate))
  return reply
}

const fingerprintOf = (pem: string): string => {
  const [own = ''] = pem.split(/(?<=-----END CERTIFICATE-----\n)/)
  return parseCertificatePem(own).fingerprint
}
