import type { BasicConstraints, GeneralName, KeyUsage } from '../../x509/index.ts'
import type { LintInput, MeantCertificate } from './lint-rule.ts'

/** What a certificate in the form of cfssl was to say, once policy had passed it. */
export interface LegacyCertificate extends MeantCertificate {
  /** DER of the Name that the wish's common name and organizations were read from. */
  readonly subject: Buffer
  readonly names: readonly GeneralName[]
  /** As the signing profile, or extensions that it lets requests bring, have them; empty: none is written. */
  readonly keyUsage: readonly KeyUsage[]
  /** Dotted identifiers. */
  readonly extendedKeyUsage: readonly string[]
  readonly basicConstraints: BasicConstraints
  /** Dotted identifiers of what it says beside what every certificate of cfssl says. */
  readonly otherExtensions: readonly string[]
}

export interface LegacyLintInput extends LintInput {
  readonly meant: LegacyCertificate
}
