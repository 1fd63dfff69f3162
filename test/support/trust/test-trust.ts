import type { ExportableKey, SigningKey } from '@easycerts/shared/key'
import { generateSigningKey } from '@easycerts/shared/key'
import {
  type AcceptedTrust,
  formatTrustDocument,
  parseSignedTrust,
  recallTrust,
  type SignedTrust,
  signTrust,
  type TrustDocument,
  trustKeyIdOf,
  type TrustState,
} from '@easycerts/shared/trust'
import { type Forged, forgeCertificate } from '../join/forge-certificate.ts'

const AT = '2030-01-01T00:00:00.000Z'
const UNTIL = '2030-07-01T00:00:00.000Z'

/** What a test changes of the next version. */
export type TrustChange = Partial<TrustDocument>

/** A CA's versions in memory, which a test can take back or fork. */
export interface TestTrust {
  readonly key: ExportableKey
  /** DER of the trust key's certificate, base64url. */
  certifications: string[]
  /** What the CA serves, oldest first. */
  readonly versions: SignedTrust[]
  /** The newest version and a change to it, signed by its trust key unless others are named. */
  make(change?: TrustChange, signers?: readonly SigningKey[]): SignedTrust
  publish(change?: TrustChange, signers?: readonly SigningKey[]): SignedTrust
  newest(): TrustDocument
  page(after: number): { documents: SignedTrust[]; latest: number }
}

export const trustKeyEntry = (key: SigningKey, state: TrustState = 'active') => ({
  id: trustKeyIdOf(key.publicKey.spki),
  publicKey: key.publicKey.spki.toString('base64url'),
  state,
})

export const issuerEntry = (id: string, { pem }: Forged, state: TrustState = 'active') => ({
  id,
  certificate: pem,
  state,
})

/** The document of a CA that has just been made. */
export const firstDocument = (
  key: SigningKey,
  enrolment: Forged,
  change: TrustChange = {},
): TrustDocument => {
  const issuer = [issuerEntry('cluster-g1', enrolment)]
  return {
    format: 1,
    cluster: { name: 'test', id: '00'.repeat(16) },
    epoch: 1,
    version: 1,
    issuedAt: AT,
    expiresAt: UNTIL,
    endpoints: { join: [], node: [] },
    trustKeys: [trustKeyEntry(key)],
    logKeys: [],
    purposes: {
      'client-ca': issuer,
      'server-ca': issuer,
      'etcd-client': issuer,
      'etcd-peer': issuer,
      'front-proxy': issuer,
      enrolment: issuer,
      'service-account': [],
    },
    ...change,
  }
}

/** A certificate of the enrolment CA for a trust key. */
export const certifyTrustKey = async (enrolment: Forged, key: ExportableKey): Promise<string> => {
  const { certificate } = await forgeCertificate({
    commonName: 'easycerts trust-key',
    organizations: ['easycerts:trust'],
    purposes: ['documentSigning'],
    issuer: enrolment,
    key,
    from: new Date('2020-01-01'),
    until: new Date('2040-01-01'),
  })
  return certificate.der.toString('base64url')
}

export const createTestTrust = async (
  enrolment: Forged,
  change: TrustChange = {},
): Promise<TestTrust> => {
  const key = await generateSigningKey('ed25519')
  const versions: SignedTrust[] = []
  const sign = (document: TrustDocument, signers: readonly SigningKey[]): SignedTrust => {
    const octets = formatTrustDocument(document)
    const { certifications } = trust
    return {
      document: octets.toString('base64url'),
      signatures: signTrust(octets, signers),
      certifications,
    }
  }
  const trust: TestTrust = {
    key,
    certifications: [await certifyTrustKey(enrolment, key)],
    versions,
    newest: () => documentOf(versions.at(-1)),
    make: (next = {}, signers = [key]) => {
      const newest = trust.newest()
      return sign({ ...newest, version: newest.version + 1, ...next }, signers)
    },
    publish: (next, signers) => {
      const made = trust.make(next, signers)
      versions.push(made)
      return made
    },
    page: (after) => {
      const documents = versions.filter((signed) => documentOf(signed).version > after)
      const latest = versions.length === 0 ? 0 : trust.newest().version
      return { documents: documents.slice(0, 50), latest }
    },
  }
  versions.push(sign(firstDocument(key, enrolment, change), [key]))
  return trust
}

export const documentOf = (signed: SignedTrust | undefined): TrustDocument =>
  parseSignedTrust(signed).document

/** As a node holds it that has accepted it before. */
export const accepted = (signed: SignedTrust | undefined): AcceptedTrust => {
  const step = recallTrust(parseSignedTrust(signed))
  if (step.kind !== 'accepted') throw new Error(`not acceptable: ${step.kind}`)
  return step.trust
}
