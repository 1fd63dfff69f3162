import { readTextFile } from '@easycerts/adapters/files'
import { Secret } from '@easycerts/shared/encoding'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { parseSigningKey } from '@easycerts/shared/key'
import { addDuration, hours } from '@easycerts/shared/time'
import { parseCertificateChain } from '@easycerts/shared/x509'
import { type Authority, deliveredChainOf } from '../authority/index.ts'
import type { LegacyConfig } from '../config/index.ts'
import { issueServingPair, type ServingPair } from './serving-pair.ts'

/** What the legacy door shows: files that its clients have always seen, or a certificate of the cluster's issuer. */
export interface DoorCertificate {
  readonly source: 'files' | 'cluster'
  readonly notAfter: Date
  /** When to look again. */
  readonly dueAt: Date
  readonly credentials: ServingPair['credentials']
}

/** Before the files' certificate ends, so that no client ever meets one that has. */
const FILES_MARGIN = hours(24)
/** Files may be replaced by whoever made them. */
const LOOK_AGAIN = hours(1)

/**
 * The files while they are good for another day, else a new certificate of the cluster's issuer: a
 * door whose certificate nobody renews is what ended clusters of easyCerts after a year.
 */
export const doorCertificateOf = async (
  authority: Authority,
  tls: Exclude<LegacyConfig['tls'], 'none'>,
  onUnusable: (reason: string) => void,
): Promise<DoorCertificate> => {
  if (tls !== 'cluster') {
    try {
      return readFiles(tls, authority.clock())
    } catch (error) {
      onUnusable(reasonOf(error))
    }
  }
  const { cluster } = authority.issuers
  const { certificate, dueAt, credentials } = await issueServingPair(
    authority,
    'legacy-door',
    deliveredChainOf(cluster),
  )
  return { source: 'cluster', notAfter: certificate.validity.notAfter, dueAt, credentials }
}

const readFiles = (
  { certificate, key }: { readonly certificate: string; readonly key: string },
  now: Date,
): DoorCertificate => {
  const cert = readTextFile(certificate)
  const [{ validity, pin }] = parseCertificateChain(cert)
  const notAfter = validity.notAfter
  if (notAfter <= addDuration(now, FILES_MARGIN))
    throw new EasycertsError(
      'ERR_ISSUER_EXPIRES_FIRST',
      `${certificate} is good only until ${notAfter.toISOString()}`,
    )
  const pem = new Secret(readTextFile(key))
  if (parseSigningKey(pem.reveal()).publicKey.pin !== pin)
    throw new EasycertsError('ERR_PEM_MALFORMED', `${key} is not the key of ${certificate}`)
  const soon = addDuration(now, LOOK_AGAIN)
  const late = addDuration(notAfter, 0 - FILES_MARGIN)
  return {
    source: 'files',
    notAfter,
    dueAt: late < soon ? late : soon,
    credentials: { cert, key: pem },
  }
}
