import type { SignedTrust } from '@easycerts/shared/trust'

/** A key that signs trust documents. */
export interface TrustKeyRow {
  /** As `trustKeyIdOf` gives it. */
  readonly id: string
  /** SPKI DER. */
  readonly publicKey: Buffer
  readonly state: 'active' | 'retired'
  /** DER, from the enrolment issuer; null until it is certified. */
  readonly certificate: Buffer | null
}

/** A version of the trust document: the octets that were signed, and who signed them. */
export interface TrustVersionRow {
  readonly version: number
  readonly epoch: number
  readonly document: Buffer
  readonly signatures: SignedTrust['signatures']
  readonly publishedAt: string
}

/** A key by which a master signs service-account tokens. */
export interface ServiceAccountKeyRow {
  readonly node: string
  readonly id: string
  /** SPKI, PEM. */
  readonly publicKey: string
  /** distributed: the newest of its node; retiring: the one before; retired: in no document. */
  readonly state: 'distributed' | 'retiring' | 'retired'
  readonly toldAt: string
}

export interface LivingServiceAccountKey extends ServiceAccountKeyRow {
  /** Whether its node is a master still, and not removed. */
  readonly isOfMaster: boolean
}

export interface TrustReading {
  findActiveTrustKey(): Promise<TrustKeyRow | undefined>
  findNewestTrust(): Promise<TrustVersionRow | undefined>
  /** In order, from behind a version. */
  listTrustAfter(version: number, limit: number): Promise<TrustVersionRow[]>
  /** Of one node, newest first; retired ones too. */
  listServiceAccountKeysOf(node: string): Promise<ServiceAccountKeyRow[]>
  /** Those that are not retired; by node, then newest first. */
  listLivingServiceAccountKeys(): Promise<LivingServiceAccountKey[]>
}

export interface TrustWriting {
  addTrustKey(row: TrustKeyRow): Promise<void>
  certifyTrustKey(id: string, certificate: Buffer): Promise<void>
  addTrustVersion(row: TrustVersionRow): Promise<void>
  putServiceAccountKey(row: ServiceAccountKeyRow): Promise<void>
  setServiceAccountKeyState(
    node: string,
    id: string,
    state: ServiceAccountKeyRow['state'],
  ): Promise<void>
}
