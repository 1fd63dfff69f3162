import type { TbsCertificate, TbsFields } from '../../x509/index.ts'
import type { IssuerFacts } from '../build-tbs.ts'
import type { Grant } from '../grant.ts'

/** What no policy says of a certificate, and it must say all the same. */
export type MeantCertificate = Pick<TbsCertificate, 'serialNumber' | 'validity' | 'publicKey'>

/** A certificate before it is signed: what was to be written, and what its octets say. */
export interface LintInput {
  readonly tbs: MeantCertificate
  /** Read back from the octets that will be signed; rules judge these rather than the wish. */
  readonly read: TbsFields
  /** SHA-1 of its key's bits (RFC 5280 §4.2.1.2). */
  readonly keyIdentifier: Buffer
  readonly commonNames: readonly string[]
  readonly organizations: readonly string[]
  readonly grant: Grant
  readonly issuer: IssuerFacts
}

export interface LintRule<Name extends string = string, Input = LintInput> {
  readonly name: Name
  /** What every certificate must be, for people. */
  readonly requires: string
  /** Where the rule is written down. */
  readonly source: string
  /** How the certificate breaks the rule; undefined if it does not. */
  readonly findFault: (input: Input) => string | undefined
}

/** A rule under its own name, which the table of waivers and the documentation go by. */
export const lintRule = <const Name extends string>(rule: LintRule<Name>): LintRule<Name> => rule
