import { decodePemBlocks } from '../encoding/index.ts'
import { EasycertsError } from '../errors/index.ts'
import { type Certificate, certificatePem, parseCertificate } from './certificate.ts'

/** Leaf first, each signed by the next; the root may be left out (RFC 8446 §4.4.2). */
export type CertificateChain = readonly [Certificate, ...Certificate[]]

// A leaf, an issuer and what stands above it; a bound against a server that sends without end.
const MAX_CHAIN = 8

/**
 * The certificates of a PEM text in their order, of which the first is the one that counts.
 * ERR_PEM_MALFORMED if there is none, too many, or something that is no certificate.
 */
export const parseCertificateChain = (pem: string): CertificateChain => {
  const blocks = decodePemBlocks(pem)
  if (blocks.length > MAX_CHAIN || blocks.some(({ label }) => label !== 'CERTIFICATE'))
    throw new EasycertsError('ERR_PEM_MALFORMED', 'PEM holds something else than one chain')
  const [leaf, ...above] = blocks.map(({ der }) => parseCertificate(der))
  if (!leaf) throw new EasycertsError('ERR_PEM_MALFORMED', 'PEM holds no certificate')
  return [leaf, ...above]
}

export const certificateChainPem = (chain: readonly { readonly der: Uint8Array }[]): string =>
  chain.map(certificatePem).join('')

/** Issuer and subject are one name: a root, unless the signature says otherwise. */
export const isSelfIssued = ({ issuer, subjectDer }: Certificate): boolean =>
  issuer.equals(subjectDer)
