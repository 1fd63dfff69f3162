import type { PublicKey } from '@easycerts/shared/key'
import type { BasicConstraints, Extension, GeneralName, KeyUsage } from '@easycerts/shared/x509'
import type { LegacyName } from '../subject/index.ts'

/** What a certificate of cfssl will say, but for its issuer, its serial number and its life. */
export interface CertificateTemplate {
  readonly subject: LegacyName
  /** In the order in which they are written. */
  readonly names: readonly GeneralName[]
  readonly publicKey: PublicKey
  /** Empty: none is written. */
  readonly keyUsage: readonly KeyUsage[]
  /** Dotted identifiers. */
  readonly extendedKeyUsage: readonly string[]
  readonly basicConstraints: BasicConstraints
  readonly ocspUrl: string
  readonly issuerUrls: readonly string[]
  readonly crlUrl: string
  /** Behind the others, and in the place of one of the same kind. */
  readonly extra: readonly Extension[]
}
