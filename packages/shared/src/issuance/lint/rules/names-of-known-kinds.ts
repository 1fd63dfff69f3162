import { lintRule } from '../lint-rule.ts'

export const namesOfKnownKinds = lintRule({
  name: 'names-of-known-kinds',
  requires: 'names that are DNS names, addresses or URIs',
  source: 'RFC 9525 §2',
  findFault: ({ read: { names } }) => {
    const foreign = names.find(({ kind }) => kind === 'email' || kind === 'other')
    return foreign && `it has a name of kind ${foreign.kind}`
  },
})
