import { formatGeneralName } from '../../../x509/index.ts'
import { lintRule } from '../lint-rule.ts'

const URI = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d+)?(\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?$/

export const uriSyntax = lintRule({
  name: 'uri-syntax',
  requires: 'absolute URIs of printable ASCII, with a host',
  source: 'RFC 5280 §4.2.1.6, RFC 3986 §4.3',
  findFault: ({ read: { names } }) => {
    const wrong = names.find(({ kind, value }) => kind === 'uri' && !URI.test(value))
    return wrong && `${formatGeneralName(wrong).slice(0, 120)} is no absolute URI`
  },
})
