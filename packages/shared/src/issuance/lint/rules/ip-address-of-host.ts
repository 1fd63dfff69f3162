import { isAddressOfOneHost } from '../../../cluster/index.ts'
import { lintRule } from '../lint-rule.ts'

export const ipAddressOfHost = lintRule({
  name: 'ip-address-of-host',
  requires: 'addresses of one host: neither unspecified nor multicast nor broadcast',
  source: 'RFC 5280 §4.2.1.6, RFC 6890',
  findFault: ({ read: { names } }) => {
    const wrong = names.find(({ kind, value }) => kind === 'ip' && !isAddressOfOneHost(value))
    return wrong && `${wrong.value} is no address of a host`
  },
})
