import type { PublicKeyPin } from '@easycerts/shared/key'
import type { IssuerPurpose } from '@easycerts/shared/profile'

export interface IssuerRow {
  readonly id: string
  readonly purpose: IssuerPurpose
  readonly certificate: Buffer
  readonly pin: PublicKeyPin
  /** PEM of the CAs above it, up to the root; empty for an issuer that is its own root. */
  readonly chain: string
  /** `file`, or the RFC 7512 URI of a key in a PKCS#11 token. */
  readonly keyLocation: string
}

/** An issuer to be: its key is there, and its certificate is awaited from a CA elsewhere. */
export interface IssuerRequestRow extends Pick<
  IssuerRow,
  'id' | 'purpose' | 'pin' | 'keyLocation'
> {
  /** PKCS#10, PEM. */
  readonly request: string
}

export interface IssuerReading {
  /** In the order in which they were added: of several for one purpose the last one signs. */
  listIssuers(): Promise<IssuerRow[]>
  listIssuerRequests(): Promise<IssuerRequestRow[]>
}

export interface IssuerWriting {
  addIssuer(row: IssuerRow): Promise<void>
  addIssuerRequest(row: IssuerRequestRow): Promise<void>
  /** Once its certificate is installed. */
  removeIssuerRequest(id: string): Promise<void>
}
