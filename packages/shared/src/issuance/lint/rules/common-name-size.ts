import { lintRule } from '../lint-rule.ts'

const MAX_LENGTH = 64

export const commonNameSize = lintRule({
  name: 'common-name-size',
  requires: 'common name of 1 to 64 characters',
  source: 'RFC 5280 appendix A.1, ub-common-name',
  findFault: ({ commonNames }) => {
    const wrong = commonNames.find((text) => text.length < 1 || text.length > MAX_LENGTH)
    return wrong === undefined ? undefined : `its common name has ${wrong.length} characters`
  },
})
