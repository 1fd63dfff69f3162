import type { ExportableKey, KeyAlgorithm, PublicKey, SigningKey } from '@easycerts/shared/key'

/** A key and where it is found again: `file`, or an RFC 7512 URI. */
export interface KeptKey {
  readonly key: SigningKey
  readonly location: string
}

/** An issuer's key as the records know it. */
export interface KeyReference {
  readonly issuerId: string
  readonly location: string
  /** Of the issuer's certificate. */
  readonly publicKey: PublicKey
}

/** Port: a place where the keys of new issuers come to lie. What it gave is durable. */
export interface NewIssuerKeys {
  generate(issuerId: string, algorithm: KeyAlgorithm): Promise<KeptKey>
  /** Takes over a key that was made elsewhere. */
  adopt(issuerId: string, key: ExportableKey): Promise<KeptKey>
  /** Destroys every key that this object made or took over, for an init that failed. */
  discard(): void
  close(): void
}

/** Port: the keys of issuers that are there already. */
export interface IssuerKeys {
  /** Fails where the key is missing or is not the one of the certificate. */
  open(reference: KeyReference): SigningKey
  close(): void
}
