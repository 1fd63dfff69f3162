import { decodePem, decodePemBlocks, encodePem } from '../encoding/index.ts'
import { EasycertsError } from '../errors/index.ts'
import { type BundlePurpose, TRUST_PURPOSES } from '../layout/index.ts'
import { certificatePem, parseCertificate } from '../x509/index.ts'
import type { TrustDocument } from './trust-document.ts'
import type { TrustState } from './trust-entry.ts'

/** Whether what is in this state belongs in a bundle: told to all nodes, and not out of use. */
const IN_BUNDLE: Readonly<Record<TrustState, boolean>> = {
  prepared: false,
  distributed: true,
  active: true,
  retiring: true,
  retired: false,
  distrusted: false,
}

const isInBundle = ({ state }: { readonly state: TrustState }): boolean => IN_BUNDLE[state]

/** PEM of the bundle for each purpose that this release knows; '' where nothing is trusted. */
export const bundlesOfTrust = ({ purposes }: TrustDocument): Record<BundlePurpose, string> => {
  const cas = TRUST_PURPOSES.map((purpose) => [
    purpose,
    purposes[purpose]
      .filter(isInBundle)
      .map(({ certificate }) => certificate)
      .join(''),
  ])
  const keys = purposes['service-account'].filter(isInBundle)
  return {
    ...(Object.fromEntries(cas) as Record<(typeof TRUST_PURPOSES)[number], string>),
    'service-account': keys.map(({ publicKey }) => publicKey).join(''),
  }
}

/**
 * What reaches the file: each certificate or key is read and written anew, so that no text beside
 * them does. ERR_CA_REPLY_INVALID for a bundle that is empty or holds anything else.
 */
export const cleanBundle = (purpose: BundlePurpose, pem: string): string => {
  const blocks = blocksOf(pem)
  const label = purpose === 'service-account' ? 'PUBLIC KEY' : 'CERTIFICATE'
  if (!blocks?.length || blocks.some((block) => block.label !== label))
    throw new EasycertsError('ERR_CA_REPLY_INVALID', `the CA sent no bundle for ${purpose}`)
  return blocks
    .map(({ der }) =>
      label === 'CERTIFICATE' ? certificatePem(parseCertificate(der)) : encodePem(label, der),
    )
    .join('')
}

const blocksOf = (pem: string) => {
  try {
    return decodePemBlocks(pem)
  } catch {
    return undefined
  }
}

/** What verifies tokens on a master: the keys of all masters, and its own until the document lists it. */
export const serviceAccountBundle = (document: TrustDocument | undefined, own: string): string => {
  const told = document ? bundlesOfTrust(document)['service-account'] : ''
  return document && listsServiceAccountKey(document, own) ? told : own + told
}

/** Whether a document knows this public key (PEM) of a master, in whatever state. */
export const listsServiceAccountKey = ({ purposes }: TrustDocument, own: string): boolean => {
  const der = decodePem('PUBLIC KEY', own)
  return purposes['service-account'].some(({ publicKey }) => spkiOf(publicKey)?.equals(der))
}

const spkiOf = (pem: string): Buffer | undefined => {
  try {
    return decodePem('PUBLIC KEY', pem)
  } catch {
    return undefined
  }
}
