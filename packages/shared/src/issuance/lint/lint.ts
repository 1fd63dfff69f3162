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
import type { LintInput, LintRule } from './lint-rule.ts'
import { LINT_RULES, type LintRuleName } from './lint-rules.ts'
import { LintedTbsCertificate } from './linted-tbs-certificate.ts'
import { WAIVED_RULES } from './waived-rules.ts'

const rulesOf = (level: LintLevel): readonly LintRule<LintRuleName>[] =>
  LINT_RULES.filter(({ name }) => WAIVED_RULES[level][name] === undefined)

const RULES_OF = { strict: rulesOf('strict'), 'cfssl-compat': rulesOf('cfssl-compat') }

/** A rule that a certificate breaks, and how. */
export interface LintFault {
  readonly rule: LintRuleName
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
  const faults = findLintFaults(lintInputOf({ tbs, encoding, grant, issuer }))
  const [first, ...others] = faults
  if (first) {
    const more = others.length === 0 ? '' : `, and ${others.map(({ rule }) => rule).join(', ')}`
    throw new EasycertsError(
      'ERR_LINT_FAILED',
      `certificate breaks the rule ${first.rule} (${first.source}): ${first.reason}${more}`,
      { rule: first.rule },
    )
  }
  return new LintedTbsCertificate(tbs, encoding)
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
