import { formatGeneralName } from '../../../x509/index.ts'
import { legacyRule } from '../legacy-rule.ts'

const PRINTABLE = /^[\x20-\x7e]*$/
const MAX_LENGTH = 2048

export const legacyNameText = legacyRule({
  name: 'legacy-name-text',
  requires: 'names of printable ASCII: what ends a text in C would make two names of one',
  source: 'RFC 5280 §4.2.1.6',
  findFault: ({ read: { names } }) => {
    const wrong = names.find(
      ({ kind, value }) => kind === 'other' || value.length > MAX_LENGTH || !PRINTABLE.test(value),
    )
    return wrong && `${formatGeneralName(wrong).slice(0, 120)} cannot be a name`
  },
})
