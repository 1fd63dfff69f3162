import { createPrivateKey, createPublicKey } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readTextFile, readTextFileIfAny } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import type { IssuerPurpose } from '@easycerts/shared/profile'
import {
  type Certificate,
  formatName,
  isIssuedByAny,
  parseCertificateChain,
} from '@easycerts/shared/x509'
import { importIssuer, type ImportedIssuer } from '../../data-directory/import-issuer.ts'
import type { Faults } from '../faults.ts'

/** Below the directory of kubeadm: "PKI certificates and requirements" (kubernetes.io). */
const ISSUERS = {
  cluster: 'ca',
  etcd: 'etcd/ca',
  'front-proxy': 'front-proxy-ca',
} as const satisfies Partial<Record<IssuerPurpose, string>>

/** A certificate of a component, which stays where it is. */
export interface KeptCertificate {
  readonly path: string
  readonly certificate: Certificate
}

/** A directory of kubeadm as it is. */
export interface KubeadmMaster {
  readonly pki: string
  readonly imported: Partial<Readonly<Record<IssuerPurpose, ImportedIssuer>>>
  readonly kept: readonly KeptCertificate[]
  /** SPKI PEM of the key that every master signs service-account tokens with. */
  readonly serviceAccountKey: string | undefined
  /** kube-controller-manager signs requests with the key of the cluster's CA. */
  readonly hasSecondSigner: boolean
  /** Addresses of kube-apiserver's certificate but loopback, the service's own among them. */
  readonly hosts: readonly string[]
  /** URL of kube-apiserver in the kubeconfig of the administrator. */
  readonly apiserver: string | undefined
  readonly warnings: readonly string[]
}

export interface KubeadmWish {
  readonly root: string
  readonly pki: string
  readonly now: Date
}

/** Looks at everything, changes nothing. An etcd elsewhere has its CA elsewhere, and gets a new one here. */
export const surveyKubeadm = ({ root, pki, now }: KubeadmWish, faults: Faults): KubeadmMaster => {
  const onDisk = (path: string): string => join(root, path)
  const warnings: string[] = []
  const rows = Object.entries(ISSUERS).flatMap(([purpose, name]) => {
    const [certificateFile, keyFile] = [onDisk(`${pki}/${name}.crt`), onDisk(`${pki}/${name}.key`)]
    if (purpose !== 'cluster' && !existsSync(keyFile)) {
      warnings.push(
        `${pki}/${name}.key is not here, so ${purpose} gets a new CA that nobody trusts yet`,
      )
      return []
    }
    const wish = { purpose: purpose as IssuerPurpose, passphrase: undefined, now }
    const issuer = faults.attempt(() => importIssuer({ ...wish, certificateFile, keyFile }))
    return issuer ? [[purpose, issuer] as const] : []
  })
  const imported: KubeadmMaster['imported'] = Object.fromEntries(rows)
  const kept = faults.attempt(() => keptIn(pki, onDisk)) ?? []
  const cas = Object.values(imported).map(({ certificate }) => certificate)
  for (const { path, certificate } of kept) warnings.push(...judgeKept(path, certificate, cas, now))
  const apiserver = kept.find(({ path }) => path === `${pki}/apiserver.crt`)
  return {
    pki,
    imported,
    kept,
    serviceAccountKey: faults.attempt(() => serviceAccountKeyIn(pki, onDisk)),
    hasSecondSigner: signsRequests(readTextFileIfAny(onDisk(CONTROLLER_MANAGER))),
    hosts: hostsOf(apiserver?.certificate),
    apiserver: /^\s*server:\s*(https:\/\/\S+)\s*$/m.exec(
      readTextFileIfAny(onDisk(ADMIN)) ?? '',
    )?.[1],
    warnings: [...warnings, ...new Set(Object.values(imported).flatMap(({ notes }) => notes))],
  }
}

const keptIn = (pki: string, onDisk: (path: string) => string): KeptCertificate[] =>
  [pki, `${pki}/etcd`]
    .filter((directory) => existsSync(onDisk(directory)))
    .flatMap((directory) =>
      readdirSync(onDisk(directory))
        .filter((name) => name.endsWith('.crt') && !/(^|-)ca\.crt$/.test(name))
        .toSorted()
        .map((name) => `${directory}/${name}`),
    )
    .map((path) => ({ path, certificate: parseCertificateChain(readTextFile(onDisk(path)))[0] }))

const judgeKept = (
  path: string,
  certificate: Certificate,
  cas: readonly Certificate[],
  now: Date,
): string[] => {
  const { notAfter } = certificate.validity
  return [
    ...(isIssuedByAny(certificate, cas)
      ? []
      : [
          `${path} (${formatName(certificate.subject)}) is of none of these CAs, and stays as it is`,
        ]),
    ...(notAfter <= now ? [`${path} expired on ${notAfter.toISOString().slice(0, 10)}`] : []),
  ]
}

/** ERR_KEY_MISMATCH where the two halves are not of one key. */
const serviceAccountKeyIn = (pki: string, onDisk: (path: string) => string): string | undefined => {
  const [key, publicKey] = [`${pki}/sa.key`, `${pki}/sa.pub`]
  if (!existsSync(onDisk(key))) return undefined
  const derived = publicPemOf(key, readTextFile(onDisk(key)))
  const written = readTextFileIfAny(onDisk(publicKey))
  if (written !== undefined && publicPemOf(publicKey, written) !== derived)
    throw new EasycertsError('ERR_KEY_MISMATCH', `${publicKey} is not the public half of ${key}`)
  return derived
}

/** Without OpenSSL's words, which may quote the input. */
const publicPemOf = (path: string, pem: string): string => {
  try {
    const key = pem.includes('PRIVATE KEY')
      ? createPublicKey(createPrivateKey(pem))
      : createPublicKey(pem)
    return key.export({ type: 'spki', format: 'pem' }).toString()
  } catch {
    throw new EasycertsError('ERR_PEM_MALFORMED', `${path} holds no key that can be read`)
  }
}

const ADMIN = '/etc/kubernetes/admin.conf'
const CONTROLLER_MANAGER = '/etc/kubernetes/manifests/kube-controller-manager.yaml'

const signsRequests = (manifest: string | undefined): boolean =>
  manifest?.includes('--cluster-signing-key-file') === true

const hostsOf = (certificate: Certificate | undefined): string[] =>
  (certificate?.names ?? [])
    .filter(({ kind, value }) => kind === 'ip' && value !== '127.0.0.1' && value !== '::1')
    .map(({ value }) => value)
