import { formatGeneralName } from '../../../x509/index.ts'
import { lintRule } from '../lint-rule.ts'

const MAX_LENGTH = 253
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
// A last label of digits makes it an address to some programs (WHATWG URL, ends in a number).
const NUMBER = /(^|\.)(\d+|0x[0-9a-f]*)$/

const isHostName = (text: string): boolean =>
  text.length <= MAX_LENGTH &&
  !NUMBER.test(text) &&
  text.split('.').every((label) => LABEL.test(label))

export const dnsNameSyntax = lintRule({
  name: 'dns-name-syntax',
  requires:
    'DNS names of lower-case letters, digits and hyphens, no wildcard, of 253 characters at most',
  source: 'RFC 5280 §4.2.1.6, RFC 1034 §3.5',
  findFault: ({ read: { names } }) => {
    const wrong = names.find(({ kind, value }) => kind === 'dns' && !isHostName(value))
    return wrong && `${formatGeneralName(wrong)} is no host name`
  },
})
