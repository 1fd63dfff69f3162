import type { CertificateSpec, Change, TrustBundleSpec } from '@easycerts/shared/certificate-spec'
import type { LegacyAuthority, LegacyRenewal, LegacyWish } from '@easycerts/shared/legacy-certmgr'

/** A remote of cfssl, and what a spec of the old certmgr wants of it. */
export interface RemoteSource extends LegacyWish {
  /** The same for specs that share a CA; for messages. Holds no secret. */
  readonly remote: string
  readonly authority: LegacyAuthority
  readonly renewal: LegacyRenewal
  /** What its actions are told, whatever changed: each runs once however many of these do. */
  readonly change: Change
  /** Differs whenever the spec says something else, secrets included. */
  readonly revision: string
}

/** A spec and where its files come from: without a source, from the CA that this node has joined. */
export type SourcedCertificate = CertificateSpec & { readonly source?: RemoteSource }
export type SourcedBundle = TrustBundleSpec & { readonly source?: RemoteSource }
export type SourcedSpec = SourcedCertificate | SourcedBundle
