import type { KeyAlgorithm } from '../key/index.ts'
import { type Certificate, formatGeneralName, type GeneralName } from '../x509/index.ts'
import { attributesOf } from './legacy-csr.ts'
import { LEGACY_KEY_USAGE_OIDS, type LegacyKeyUsage } from './legacy-key-usage.ts'
import type { LegacyRequest } from './legacy-request.ts'

/** What a spec wants of its certificate. */
export interface LegacyWish {
  readonly request: LegacyRequest
  /** One of these will do; empty: any. */
  readonly keyUsages: readonly LegacyKeyUsage[]
}

/**
 * Why a certificate is not what a spec asks for; undefined for one that is. The same is asked of a new
 * certificate and of one on the disk, so that none that was taken is ever asked for again. Values of
 * an attribute are a set, and a name more than was asked for is the CA's business.
 */
export const misfitOf = (
  certificate: Certificate,
  algorithm: KeyAlgorithm,
  { request, keyUsages }: LegacyWish,
): string | undefined => {
  if (algorithm !== request.algorithm) return `has a key that is not ${request.algorithm}`
  if (subjectText(certificate.subject.map(({ type, value }) => [type, value])) !== wished(request))
    return 'has another subject'
  const present = new Set(certificate.names.map(spelled))
  const missing = request.hosts.find((host) => !present.has(spelled(host)))
  if (missing) return `lacks the name ${missing.value}`
  return isForUse(certificate, keyUsages) ? undefined : `is not for ${keyUsages.join(' or ')}`
}

/** Names of hosts are the same in any case. */
const spelled = (name: GeneralName): string => formatGeneralName(name).toLowerCase()

const wished = ({ subject }: LegacyRequest): string => subjectText(attributesOf(subject))

const subjectText = (attributes: readonly (readonly [string, string])[]): string =>
  JSON.stringify([...new Set(attributes.map((each) => JSON.stringify(each)))].toSorted())

/** A certificate that names no use is for every one (RFC 5280 §4.2.1.12). */
const isForUse = (
  { extendedKeyUsage }: Certificate,
  keyUsages: readonly LegacyKeyUsage[],
): boolean => {
  if (extendedKeyUsage === undefined || keyUsages.length === 0 || keyUsages.includes('any'))
    return true
  const wanted = [LEGACY_KEY_USAGE_OIDS.any, ...keyUsages.map((use) => LEGACY_KEY_USAGE_OIDS[use])]
  return extendedKeyUsage.some((purpose) => wanted.some((oid) => oid === purpose))
}
