import { lstatSync } from 'node:fs'
import { readTextFile } from '@easycerts/adapters/files'
import type { CertificateSpec } from '@easycerts/shared/certificate-spec'
import { type ExportableKey, parseSigningKey } from '@easycerts/shared/key'
import type { CertificateOnDisk } from '@easycerts/shared/renewal'
import type { Certificate, CertificateChain } from '@easycerts/shared/x509'
import type { SourcedCertificate } from '../specs/sourced-spec.ts'
import { formDriftOf } from './certificate-forms.ts'
import { driftOf } from './file-drift.ts'
import type { FileParser } from './file-parser.ts'
import { foundAt, type Place, placeOf } from './place.ts'
import { publicationDriftOf } from './publication-drift.ts'

/** What is on the disk for one spec. Damage is a finding, not a failure. */
export interface CertificateFinding extends CertificateOnDisk {
  readonly spec: SourcedCertificate
  readonly key?: ExportableKey
  /** The certificate and what follows it in its file. */
  readonly chain?: CertificateChain
  /** Wrong mode or owner, or another file of it that is not right, in words; an owner that does not exist here counts as none. */
  readonly drift?: string
}

/** `authorities` are the CAs of the cluster, or undefined as long as nobody has told us of them. */
export const lookAtCertificate = (
  somewhere: Place,
  spec: SourcedCertificate,
  authorities: readonly Certificate[] | undefined,
  parser: FileParser,
): CertificateFinding => {
  const place = placeOf(somewhere, spec)
  const paths = [spec.certificate.path, spec.key.path].map((path) => foundAt(place, path))
  const key = findKey(place, spec, parser.key)
  const kept = key ? { key } : {}
  if (!paths.every(isThere)) return { spec, state: 'missing', ...kept }
  const chain = quietly(() => parser.chain(readPlainFile(paths[0] ?? '')))
  if (!chain || !key) return { spec, state: 'unreadable', ...kept }
  const [certificate] = chain
  const drift = quietly(
    () =>
      driftOf(place, spec.key) ??
      driftOf(place, spec.certificate) ??
      formDriftOf(place, spec, { key, chain }) ??
      publicationDriftOf(place, spec),
  )
  return {
    spec,
    state: 'present',
    certificate,
    chain,
    key,
    keyMatches: key.publicKey.pin === certificate.pin,
    ...(authorities ? { issuerKnown: parser.isIssuedByAny(certificate, authorities) } : {}),
    ...(drift === undefined ? {} : { drift }),
  }
}

export const findKey = (
  place: Place,
  spec: CertificateSpec,
  parse = parseSigningKey,
): ExportableKey | undefined =>
  quietly(() => parse(readPlainFile(foundAt(placeOf(place, spec), spec.key.path))))

/** What nobody can come to is not there. */
const isThere = (path: string): boolean =>
  quietly(() => lstatSync(path, { throwIfNoEntry: false })) !== undefined

/** Never through a link: what stands in the place of a key or a certificate must be the file itself. */
const readPlainFile = (path: string): string => {
  if (!lstatSync(path).isFile()) throw new Error('not a regular file')
  return readTextFile(path)
}

const quietly = <Value>(work: () => Value): Value | undefined => {
  try {
    return work()
  } catch {
    return undefined
  }
}
