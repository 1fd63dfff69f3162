import type { CertificateTemplate } from '@easycerts/cfssl/certificate-template'
import type { LegacyKey } from '@easycerts/shared/issuance'
import type { SerialNumber, Validity } from '@easycerts/shared/x509'
import type { Issuer } from '../issuers.ts'

/** What somebody asks for through the API of cfssl, in the form that cfssl would give it. */
export interface LegacyIssuance {
  readonly key: LegacyKey
  /** Of cfssl's configuration: 'default' for the one without a name. */
  readonly signingProfile: string
  readonly issuer: Issuer
  readonly template: CertificateTemplate
  readonly validity: Validity
  /** The request's own, where it may choose; undefined: one is drawn. */
  readonly serialNumber: SerialNumber | undefined
  /** A CA below ours may be made. */
  readonly mayBeCa: boolean
  readonly address: string
  /** Of an authenticated request, hex: who sends it again gets the same certificate. */
  readonly requestHash: string | undefined
}
