import { formatGeneralName } from '../../../x509/index.ts'
import { lintRule } from '../lint-rule.ts'

export const namesUnique = lintRule({
  name: 'names-unique',
  requires: 'no name twice',
  source: 'RFC 5280 §4.2.1.6',
  findFault: ({ read: { names } }) => {
    const texts = names.map(formatGeneralName)
    const repeated = texts.find((text, index) => texts.indexOf(text) !== index)
    return repeated === undefined ? undefined : `name ${repeated} is there twice`
  },
})
