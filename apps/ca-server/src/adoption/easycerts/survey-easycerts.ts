import { existsSync, statSync } from 'node:fs'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { join } from 'node:path'
import { readTextFile, readTextFileIfAny } from '@easycerts/adapters/files'
import { parseJson, Secret } from '@easycerts/shared/encoding'
import { pinOfSpki } from '@easycerts/shared/key'
import { EasycertsError } from '@easycerts/shared/errors'
import type { LegacySpec } from '@easycerts/shared/legacy-certmgr'
import { ISSUER_PURPOSES, type IssuerPurpose } from '@easycerts/shared/profile'
import { type Certificate, isSignedBy, parseCertificateChain } from '@easycerts/shared/x509'
import * as v from 'valibot'
import { importIssuer, type ImportedIssuer } from '../../data-directory/import-issuer.ts'
import type { LegacyFile } from '../adoption-plan.ts'
import type { Faults } from '../faults.ts'
import { type EasyCertsFlags, type EasyCertsPlaces, placesOf } from './easycerts-places.ts'
import { readMasterSpecs } from './master-specs.ts'
import { readSigningMaterial, type SigningMaterial } from './signing-material.ts'
import { flagsOfUnit } from './unit-flags.ts'

/** Unit files of NixOS and of packages, in the order in which systemd looks for them. */
const UNIT_DIRECTORIES = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
]

/** Below the data directory. */
export const API_FILES = { certificate: 'legacy/tls.pem', key: 'legacy/tls-key.pem' } as const

/** The certificate of the CA's own API. */
export interface ApiCertificate {
  readonly leaf: Certificate
  /** Both files as they are, for the door to show them on. */
  readonly files: readonly LegacyFile[]
  /** By the CA that is taken over, so that clients who trust that one trust ours as well. */
  readonly isOfCa: boolean
}

/** An easyCerts master as it is; nothing in it says that it can be taken over. */
export interface EasyCertsMaster {
  readonly places: EasyCertsPlaces
  /** One CA for everything: each purpose has the same certificate and key. */
  readonly imported: Partial<Readonly<Record<IssuerPurpose, ImportedIssuer>>> | undefined
  /** Undefined: cfssl speaks plain HTTP. */
  readonly api: ApiCertificate | undefined
  readonly signing: SigningMaterial | undefined
  readonly specs: readonly LegacySpec[]
  /** URL of kube-apiserver in the kubeconfig of cluster-admin. */
  readonly apiserver: string | undefined
  readonly warnings: readonly string[]
}

export interface SurveyWish {
  readonly root: string
  readonly flags: EasyCertsFlags
  readonly dataDirectory: string
  readonly now: Date
}

/** Looks at everything, changes nothing; whatever is wrong becomes a fault or a warning. */
export const surveyEasyCerts = (wish: SurveyWish, faults: Faults): EasyCertsMaster => {
  const onDisk = (path: string): string => join(wish.root, path)
  const unitFlags = (unit: string) => flagsOfUnit(unitText(onDisk, unit))
  const cfssl = unitFlags('cfssl.service')
  const places = placesOf(wish.flags, cfssl, unitFlags('certmgr.service'))
  const { certmgrConfig, signingConfig, kubeconfig, port } = places
  if (!Number.isInteger(port) || port < 1 || port > 65_535) faults.add(`${port} is not a port`)
  const imported = importForAll(places, wish, faults)
  const ca = imported?.cluster?.certificate
  const isTls = cfssl.size === 0 || cfssl.has('tls-cert') || wish.flags.tlsCert !== undefined
  const hasSpecs = existsSync(onDisk(certmgrConfig)) || wish.flags.certmgrConfig !== undefined
  const found = hasSpecs
    ? faults.attempt(() => readMasterSpecs(certmgrConfig, onDisk))
    : {
        specs: [],
        unread: [
          `${certmgrConfig}: is not there, so nothing is known of the certificates of this master`,
        ],
      }
  return {
    places,
    imported,
    api: isTls && ca ? faults.attempt(() => readApiCertificate(places, onDisk, ca)) : undefined,
    signing: faults.attempt(() =>
      readSigningMaterial({ path: signingConfig, onDisk, dataDirectory: wish.dataDirectory }),
    ),
    specs: found?.specs ?? [],
    apiserver: apiserverIn(readTextFileIfAny(onDisk(kubeconfig))),
    warnings: [
      ...(found?.unread ?? []),
      ...openKeys([places.tlsKey], onDisk),
      ...notesOf(imported),
    ],
  }
}

const unitText = (onDisk: (path: string) => string, unit: string): string | undefined => {
  for (const directory of UNIT_DIRECTORIES) {
    const text = readTextFileIfAny(onDisk(`${directory}/${unit}`))
    if (text !== undefined) return text
  }
  return undefined
}

const importForAll = (
  { ca, caKey }: EasyCertsPlaces,
  { root, now }: SurveyWish,
  faults: Faults,
): EasyCertsMaster['imported'] => {
  const purposes = ISSUER_PURPOSES.filter((purpose) => purpose !== 'enrolment')
  const files = { certificateFile: join(root, ca), keyFile: join(root, caKey) }
  const rows = purposes.flatMap((purpose) => {
    const issuer = faults.attempt(() =>
      importIssuer({ purpose, ...files, passphrase: undefined, now }),
    )
    return issuer ? [[purpose, issuer] as const] : []
  })
  return rows.length === purposes.length ? Object.fromEntries(rows) : undefined
}

const notesOf = (imported: EasyCertsMaster['imported']): string[] => [
  ...new Set(Object.values(imported ?? {}).flatMap(({ notes }) => notes)),
]

/** ERR_KEY_MISMATCH, ERR_FILE_UNREADABLE, ERR_PEM_MALFORMED. */
const readApiCertificate = (
  { tlsCertificate, tlsKey }: EasyCertsPlaces,
  onDisk: (path: string) => string,
  ca: Certificate,
): ApiCertificate => {
  const certificate = readTextFile(onDisk(tlsCertificate))
  const key = new Secret(readTextFile(onDisk(tlsKey)))
  const [leaf] = parseCertificateChain(certificate)
  if (pinOfKey(tlsKey, key.reveal()) !== leaf.pin)
    throw new EasycertsError('ERR_KEY_MISMATCH', `${tlsKey} is not the key of ${tlsCertificate}`)
  return {
    leaf,
    files: [
      { name: API_FILES.certificate, content: new Secret(certificate) },
      { name: API_FILES.key, content: key },
    ],
    isOfCa: leaf.issuer.equals(ca.subjectDer) && isSignedBy(leaf, ca),
  }
}

/** Without OpenSSL's words, which may quote the input. */
const pinOfKey = (path: string, pem: string): string => {
  try {
    return pinOfSpki(createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' }))
  } catch {
    throw new EasycertsError('ERR_PEM_MALFORMED', `${path} holds no private key that can be read`)
  }
}

const openKeys = (paths: readonly string[], onDisk: (path: string) => string): string[] =>
  paths.flatMap((path) => {
    const mode = statSync(onDisk(path), { throwIfNoEntry: false })?.mode ?? 0
    return (mode & 0o077) === 0
      ? []
      : [`${path} has mode 0${(mode & 0o777).toString(8)}: others may have read it`]
  })

const kubeconfigSchema = v.object({
  clusters: v.pipe(
    v.array(v.object({ cluster: v.object({ server: v.string() }) })),
    v.minLength(1),
  ),
})

/** NixOS writes kubeconfigs as JSON. */
const apiserverIn = (text: string | undefined): string | undefined => {
  const parsed = v.safeParse(kubeconfigSchema, parseJson(text ?? ''))
  return parsed.success ? parsed.output.clusters[0]?.cluster.server : undefined
}
