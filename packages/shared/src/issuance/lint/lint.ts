import { EasycertsError } from '../../errors/index.ts'
import type { LintLevel } from '../../profile/index.ts'
import {
  encodeTbsCertificate,
  keyIdentifierOf,
  readTbsCertificate,
  type TbsCertificate,
} from '../../x509/index.ts'
import type { IssuerFacts } from '../build-tbs.ts'
import type { Grant } from '../grant.ts'
import type { LegacyCertificate, LegacyLintInput } from './legacy-certificate.ts'
import { LEGACY_LINT_RULES, type LegacyRuleName } from './legacy-lint-rules.ts'
import type { LintInput, LintRule } from './lint-rule.ts'
import { LINT_RULES, type LintRuleName } from './lint-rules.ts'
import { LintedTbsCertificate } from './linted-tbs-certificate.ts'
import { WAIVED_RULES } from './waived-rules.ts'

const rulesOf = (level: LintLevel): readonly LintRule<LintRuleName>[] =>
  LINT_RULES.filter(({ name }) => WAIVED_RULES[level][name] === undefined)

const RULES_OF = {
  strict: rulesOf('strict'),
  'cfssl-compat': rulesOf('cfssl-compat'),
  'cfssl-ca': rulesOf('cfssl-ca'),
}

/** A rule that a certificate breaks, and how. */
export interface LintFault {
  readonly rule: LintRuleName | LegacyRuleName
  readonly reason: string
  readonly source: string
}

/** ERR_LINT_FAILED with the rules that are broken; nothing has been signed. */
export const lint = (
  tbs: TbsCertificate,
  grant: Grant,
  issuer: IssuerFacts,
): LintedTbsCertificate => {
  const encoding = encodeTbsCertificate(tbs)
  throwFaults(findLintFaults(lintInputOf({ tbs, encoding, grant, issuer })))
  return new LintedTbsCertificate(tbs, encoding)
}

/** The same for octets in the form of cfssl, which were written elsewhere. ERR_LINT_FAILED. */
export const lintLegacy = (
  encoding: Buffer,
  meant: LegacyCertificate,
  grant: Grant,
  issuer: IssuerFacts,
): LintedTbsCertificate => {
  const input = lintInputOf({ tbs: meant, encoding, grant, issuer })
  throwFaults([...findLintFaults(input), ...findLegacyFaults({ ...input, meant })])
  return new LintedTbsCertificate(meant, encoding)
}

const throwFaults = (faults: readonly LintFault[]): void => {
  const [first, ...others] = faults
  if (!first) return
  const more = others.length === 0 ? '' : `, and ${others.map(({ rule }) => rule).join(', ')}`
  throw new EasycertsError(
    'ERR_LINT_FAILED',
    `certificate breaks the rule ${first.rule} (${first.source}): ${first.reason}${more}`,
    { rule: first.rule },
  )
}

/** What the rules look at: the wish, and what its octets say. ERR_DER_MALFORMED if they say nothing. */
export const lintInputOf = ({
  tbs,
  encoding,
  grant,
  issuer,
}: Pick<LintInput, 'tbs' | 'grant' | 'issuer'> & { readonly encoding: Buffer }): LintInput => {
  const read = readTbsCertificate(encoding)
  const commonNames: string[] = []
  const organizations: string[] = []
  for (const { type, value } of read.subject) {
    if (type === 'commonName') commonNames.push(value)
    if (type === 'organizationName') organizations.push(value)
  }
  const keyIdentifier = keyIdentifierOf(read.spki)
  return { tbs, read, keyIdentifier, commonNames, organizations, grant, issuer }
}

/** Every rule that a certificate breaks, but for those that its profile's level waives. */
export const findLintFaults = (input: LintInput): LintFault[] => {
  const faults: LintFault[] = []
  for (const { name, source, findFault } of RULES_OF[input.grant.profile.lintLevel ?? 'strict']) {
    const reason = findFault(input)
    if (reason !== undefined) faults.push({ rule: name, reason, source })
  }
  return faults
}

/** The same of the rules that only certificates in the form of cfssl have. */
export const findLegacyFaults = (input: LegacyLintInput): LintFault[] =>
  LEGACY_LINT_RULES.flatMap(({ name, source, findFault }) => {
    const reason = findFault(input)
    return reason === undefined ? [] : [{ rule: name, reason, source }]
  })
