import { EasycertsError } from '@easycerts/shared/errors'
import { type ExportableKey, generateSigningKey, type KeyAlgorithm } from '@easycerts/shared/key'
import {
  buildCertificateRequest,
  type Certificate,
  type CertificateChain,
  findOutOfDate,
  isIssuedByAny,
  parseCertificateChain,
} from '@easycerts/shared/x509'

export interface Request {
  readonly profile: string
  /** A key that is to stay; a new one is made if absent. */
  readonly key: ExportableKey | undefined
  readonly keyAlgorithm: KeyAlgorithm
}

export interface Requesting {
  /** Sends a request for a profile and gives the certificate's PEM. */
  readonly ask: (profile: string, csr: string) => Promise<string>
  /** CAs of the cluster. */
  readonly authorities: readonly Certificate[]
  /** The CA's clock as far as we know it. */
  readonly now: () => Date
  /** Resolves once it is valid here too; ERR_CLOCK_WRONG. */
  readonly awaitValidity: (what: string, certificate: Certificate) => Promise<void>
}

/** A certificate that is ours and usable; ERR_CA_REPLY_INVALID for any other answer. */
export const requestCertificate = async (
  { profile, key: kept, keyAlgorithm }: Request,
  { ask, authorities, now, awaitValidity }: Requesting,
): Promise<{ certificate: Certificate; chain: CertificateChain; key: ExportableKey }> => {
  const key = kept ?? (await generateSigningKey(keyAlgorithm))
  const chain = parsed(profile, await ask(profile, buildCertificateRequest(key)))
  const [certificate] = chain
  const objection = objectionTo(certificate, key, authorities, now())
  if (objection !== undefined) throw unusable(profile, objection)
  await awaitValidity(`the certificate for ${profile}`, certificate)
  return { certificate, chain, key }
}

const objectionTo = (
  certificate: Certificate,
  key: ExportableKey,
  authorities: readonly Certificate[],
  now: Date,
): string | undefined => {
  if (certificate.pin !== key.publicKey.pin) return 'is for another key'
  if (!isIssuedByAny(certificate, authorities)) return 'is of a CA that no bundle holds'
  return findOutOfDate([certificate], now) ? 'is not valid now' : undefined
}

const parsed = (profile: string, pem: string): CertificateChain => {
  try {
    return parseCertificateChain(pem)
  } catch (cause) {
    throw unusable(profile, 'cannot be read', cause)
  }
}

const unusable = (profile: string, objection: string, cause?: unknown) =>
  new EasycertsError('ERR_CA_REPLY_INVALID', `the certificate for ${profile} ${objection}`, {
    cause,
  })
