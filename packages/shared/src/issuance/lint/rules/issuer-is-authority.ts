import { lintRule } from '../lint-rule.ts'

export const issuerIsAuthority = lintRule({
  name: 'issuer-is-authority',
  requires:
    'issuer, and every CA above it, with cA and keyCertSign, and of its path length at least',
  source: 'RFC 5280 §4.2.1.9',
  findFault: ({ issuer: { authorities } }) => {
    for (const [below, { basicConstraints, keyUsage }] of authorities.entries()) {
      if (basicConstraints?.isCa !== true) return 'its issuer is no CA'
      if (keyUsage?.includes('keyCertSign') === false) return 'its issuer may not sign certificates'
      // The issuer itself has none below it; the CA above that has one.
      if ((basicConstraints.pathLength ?? Infinity) < below)
        return 'its path is longer than a CA allows'
    }
    return undefined
  },
})
