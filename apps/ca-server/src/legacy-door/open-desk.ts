import { readRoots, type RootRow } from '@easycerts/cfssl/roots'
import { readSigningConfig, type ReadSigningConfig } from '@easycerts/cfssl/signing-config'
import { EasycertsError } from '@easycerts/shared/errors'
import { parseSigningKey } from '@easycerts/shared/key'
import { parseDuration } from '@easycerts/shared/time'
import { type Certificate, parseCertificatePem } from '@easycerts/shared/x509'
import {
  type Authority,
  type Issuer,
  KeyedMutex,
  type RevocationChannels,
} from '../authority/index.ts'
import type { LegacyConfig } from '../config/sections/legacy.ts'
import type { LegacyDesk, LegacyOcspSigner, LegacyRoot } from './legacy-desk.ts'
import { legacyKeysOf } from './legacy-keys-of.ts'

export interface DeskWish {
  readonly authority: Authority
  readonly config: LegacyConfig
  /** Throws ERR_FILE_UNREADABLE. */
  readonly readFile: (path: string) => string
  /** Of the environment, for auth keys that name one. */
  readonly variable: (name: string) => string | undefined
  /** Where revocations are told; without them the endpoint revoke fails. */
  readonly channels?: RevocationChannels
}

/**
 * All that the endpoints of cfssl work with, from the section `legacy` and the files that it names.
 * ERR_CONFIG_INVALID with every fault of a file, ERR_FILE_UNREADABLE.
 */
export const openLegacyDesk = (wish: DeskWish): LegacyDesk => {
  const { authority, config, readFile, channels } = wish
  const { signing, notes } = readSigning(wish, config.signingConfig)
  const labels = config.roots === undefined ? [] : readLabels(wish, config.roots, notes)
  const byLabel = new Map(labels.map((root) => [root.label, root]))
  if (config.defaultLabel !== '' && !byLabel.has(config.defaultLabel))
    throw new EasycertsError(
      'ERR_CONFIG_INVALID',
      `legacy.defaultLabel: ${config.roots ?? 'without roots there'} has no [${config.defaultLabel}]`,
    )
  const own = { label: '', issuer: authority.issuers.cluster, signing, networks: undefined }
  return {
    authority,
    root: byLabel.get(config.defaultLabel) ?? own,
    labels: byLabel,
    keys: legacyKeysOf(config.keys),
    switches: new Set(config.open),
    sameRequests: new KeyedMutex(),
    outbound: config.outbound,
    notes,
    ...(channels ? { channels } : {}),
    ...(config.ocsp ? { ocsp: readOcspSigner(config.ocsp, readFile) } : {}),
  }
}

/** Without a file it is as `cfssl serve` without -config, whose one profile has no key. */
const NO_CONFIG = '{"signing":{}}'

const readSigning = (
  { readFile, variable }: DeskWish,
  file: string | undefined,
): Pick<ReadSigningConfig, 'signing'> & { readonly notes: string[] } => {
  const { signing, notes } = readSigningConfig({
    file: file ?? 'legacy.signingConfig',
    text: file === undefined ? NO_CONFIG : readFile(file),
    resolveSecret: ({ from, name }) => (from === 'file' ? readFile(name) : variable(name)),
  })
  return { signing, notes: file === undefined ? [] : [...notes] }
}

const readLabels = (wish: DeskWish, file: string, notes: string[]): readonly LegacyRoot[] => {
  const { roots, notes: ofRoots } = readRoots(file, wish.readFile(file))
  notes.push(...ofRoots)
  return roots.map((row) => {
    const { signing, notes: ofSigning } = readSigning(wish, row.config)
    notes.push(...ofSigning)
    const issuer = issuerOfRoot(wish, row)
    return { label: row.label, issuer, signing, networks: row.networks }
  })
}

/** A root is one of this CA's own issuers, by its certificate; the key that its row names is not read. */
const issuerOfRoot = ({ authority, readFile }: DeskWish, row: RootRow): Issuer => {
  const { fingerprint } = parseCertificatePem(readFile(row.certificate))
  const issuer = Object.values(authority.issuers).find(
    ({ certificate }) => certificate.fingerprint === fingerprint,
  )
  if (issuer && issuer.purpose !== 'enrolment') return issuer
  throw new EasycertsError(
    'ERR_CONFIG_INVALID',
    `[${row.label}] certificate: ${row.certificate} is no issuer that this CA serves`,
    { hint: 'take the CA over first: ca-server import cfssl, or init --import-issuer' },
  )
}

const readOcspSigner = (
  { certificate: file, key: keyFile, interval }: NonNullable<LegacyConfig['ocsp']>,
  readFile: DeskWish['readFile'],
): LegacyOcspSigner => {
  const certificate: Certificate = parseCertificatePem(readFile(file))
  const key = parseSigningKey(readFile(keyFile))
  if (key.publicKey.pin !== certificate.pin)
    throw new EasycertsError(
      'ERR_CONFIG_INVALID',
      `legacy.ocsp: ${keyFile} is not the key of ${file}`,
    )
  return { certificate, key, interval: parseDuration(interval) }
}
