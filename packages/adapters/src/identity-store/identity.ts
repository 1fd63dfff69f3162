import type { ClientIdentity } from '../ca-client/index.ts'
import { decodePemBlocks, encodePem, type Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { type ExportableKey, parseSigningKey } from '@easycerts/shared/key'
import { type Certificate, certificatePem, parseCertificate } from '@easycerts/shared/x509'

/** Who this node is to the CA. */
export interface Identity {
  readonly key: ExportableKey
  readonly certificate: Certificate
  /** The CA has confirmed it, and so retired the one before. */
  readonly isConfirmed: boolean
}

/** An identity to be: a key that a request has been or will be made with, and the CA's answer to it. */
export interface PendingIdentity {
  readonly key: ExportableKey
  readonly certificate: Certificate | undefined
}

/** As mutual TLS shows it. */
export const clientIdentityOf = ({
  key,
  certificate,
}: Pick<Identity, 'key' | 'certificate'>): ClientIdentity => ({
  certificatePem: certificatePem(certificate),
  keyPem: key.exportPem(),
})

/** Key and certificate in one text, so that one rename switches both. */
export const formatPair = ({ key, certificate }: PendingIdentity): Secret<string> =>
  key.exportPem().map((pem) => pem + (certificate ? certificatePem(certificate) : ''))

/** ERR_PEM_MALFORMED, or ERR_KEY_MISMATCH; the message names the file and quotes nothing. */
export const parsePair = (path: string, text: string): PendingIdentity => {
  const [keyBlock, certificateBlock, more] = decodePemBlocks(text)
  const isExpected =
    keyBlock?.label === 'PRIVATE KEY' &&
    (certificateBlock === undefined || certificateBlock.label === 'CERTIFICATE') &&
    more === undefined
  if (!isExpected) throw damaged(path)
  try {
    const key = parseSigningKey(encodePem('PRIVATE KEY', keyBlock.der))
    const certificate = certificateBlock && parseCertificate(certificateBlock.der)
    if (certificate) requireOwnKey(path, key, certificate)
    return { key, certificate }
  } catch (error) {
    if (error instanceof EasycertsError && error.code === 'ERR_KEY_MISMATCH') throw error
    throw damaged(path)
  }
}

export const requireOwnKey = (path: string, key: ExportableKey, certificate: Certificate): void => {
  if (key.publicKey.pin === certificate.pin) return
  throw new EasycertsError('ERR_KEY_MISMATCH', `${path}: the certificate is for another key`, {
    hint: 'join the node again with a new ticket',
  })
}

const damaged = (path: string) =>
  new EasycertsError('ERR_PEM_MALFORMED', `${path} does not hold a key and its certificate`, {
    hint: 'join the node again with a new ticket',
  })
