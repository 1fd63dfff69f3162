import type { Brand } from '../encoding/index.ts'
import { EasycertsError } from '../errors/index.ts'
import type { TbsCertificate } from '../x509/index.ts'
import type { Grant } from './authorize.ts'
import type { IssuerFacts } from './build-tbs.ts'
import { LINT_RULES } from './lint-rules.ts'

/** A certificate that every rule passed. Only `lint` makes one, and only one of these can be signed. */
export type LintedTbsCertificate = Brand<TbsCertificate, 'LintedTbsCertificate'>

/** ERR_LINT_FAILED with the rule's name; nothing has been signed. */
export const lint = (
  tbs: TbsCertificate,
  grant: Grant,
  issuer: IssuerFacts,
): LintedTbsCertificate => {
  const broken = LINT_RULES.find((rule) => !rule.holds({ tbs, profile: grant.profile, issuer }))
  if (broken)
    throw new EasycertsError(
      'ERR_LINT_FAILED',
      `certificate breaks the rule ${broken.name} (${broken.source})`,
    )
  return tbs as LintedTbsCertificate
}
