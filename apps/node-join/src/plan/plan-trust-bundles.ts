import type { RouteReply } from '@easycerts/shared/api'
import { decodePemBlocks } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { type Certificate, certificatePem, parseCertificate } from '@easycerts/shared/x509'
import { trustBundleFilesOf } from './layout-of-node.ts'
import type { PlannedFile } from './planned-file.ts'

/**
 * A file for each purpose that the role needs. Each certificate is parsed and written anew, so that
 * no text beside them reaches a file. ERR_CA_REPLY_INVALID for a missing or empty bundle.
 */
export const planTrustBundles = ({ node, trustBundles }: RouteReply<'node'>): PlannedFile[] =>
  trustBundleFilesOf(node).map(({ purpose, path }) => ({
    path,
    content: cleanBundle(purpose, trustBundles[purpose] ?? ''),
    mode: 0o644,
  }))

const cleanBundle = (purpose: string, pem: string): string => {
  const certificates = authoritiesIn(pem)
  if (!certificates || certificates.length === 0)
    throw new EasycertsError('ERR_CA_REPLY_INVALID', `the CA sent no bundle for ${purpose}`)
  return certificates.map(certificatePem).join('')
}

/** Undefined if anything in it is not a certificate. */
const authoritiesIn = (pem: string): Certificate[] | undefined => {
  try {
    const blocks = decodePemBlocks(pem)
    return blocks.every(({ label }) => label === 'CERTIFICATE')
      ? blocks.map(({ der }) => parseCertificate(der))
      : undefined
  } catch {
    return undefined
  }
}
