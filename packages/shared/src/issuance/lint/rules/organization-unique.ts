import { lintRule } from '../lint-rule.ts'

export const organizationUnique = lintRule({
  name: 'organization-unique',
  requires: 'no organization twice',
  source: 'Kubernetes, X.509 client certificates',
  findFault: ({ organizations }) => {
    const repeated = organizations.find((text, index) => organizations.indexOf(text) !== index)
    return repeated === undefined ? undefined : `organization "${repeated}" is there twice`
  },
})
