import { lintRule } from '../lint-rule.ts'

const MAX_LENGTH = 64

export const organizationSize = lintRule({
  name: 'organization-size',
  requires: 'organizations of 1 to 64 characters',
  source: 'RFC 5280 appendix A.1, ub-organization-name',
  findFault: ({ organizations }) => {
    const wrong = organizations.find((text) => text.length < 1 || text.length > MAX_LENGTH)
    return wrong === undefined ? undefined : `an organization has ${wrong.length} characters`
  },
})
