import { legacyRule } from '../legacy-rule.ts'

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text) => b.includes(text))

export const legacyAsConfigured = legacyRule({
  name: 'legacy-as-configured',
  requires: 'key usages and basicConstraints of the signing profile',
  source: 'cfssl, signing profiles',
  findFault: ({ read, meant }) => {
    if (!sameTexts(read.keyUsage ?? [], meant.keyUsage)) return 'its key usage is another'
    if (!sameTexts(read.extendedKeyUsage ?? [], meant.extendedKeyUsage))
      return 'its extended key usages are others'
    const { isCa, pathLength } = meant.basicConstraints
    return read.basicConstraints?.isCa === isCa && read.basicConstraints.pathLength === pathLength
      ? undefined
      : 'its basicConstraints are others'
  },
})
