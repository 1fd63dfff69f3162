import { legacyRule } from '../legacy-rule.ts'

export const legacyPathLength = legacyRule({
  name: 'legacy-path-length',
  requires: 'a CA below ours only where every CA above permits one more',
  source: 'RFC 5280 §4.2.1.9',
  findFault: ({ read: { basicConstraints }, issuer: { authorities } }) =>
    basicConstraints?.isCa === true &&
    authorities.some((each, above) => (each.basicConstraints?.pathLength ?? Infinity) <= above)
      ? 'its path is longer than a CA above allows'
      : undefined,
})
