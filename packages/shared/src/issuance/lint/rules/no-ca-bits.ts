import { lintRule } from '../lint-rule.ts'

export const noCaBits = lintRule({
  name: 'no-ca-bits',
  requires: 'neither cA nor a path length nor keyCertSign nor cRLSign',
  source: 'RFC 5280 §4.2.1.3, §4.2.1.9',
  findFault: ({ read: { basicConstraints, keyUsage } }) => {
    if (basicConstraints?.isCa !== false || basicConstraints.pathLength !== undefined)
      return 'its basicConstraints are not those of a leaf'
    const bit = keyUsage?.find((usage) => usage === 'keyCertSign' || usage === 'cRLSign')
    return bit && `its key usage has ${bit}`
  },
})
