import { lintRule } from '../lint-rule.ts'

/** 224/4 is multicast, 240/4 reserved, and its end the broadcast. */
const FIRST_MULTICAST = 224

/** By the canonical text: 0/8 is "this host on this network", and all of ff00::/8 is multicast. */
const isOfOneHost = (address: string): boolean => {
  if (address.includes(':')) return address !== '::' && !/^ff[0-9a-f]{2}:/.test(address)
  const first = Number.parseInt(address, 10)
  return first > 0 && first < FIRST_MULTICAST
}

export const ipAddressOfHost = lintRule({
  name: 'ip-address-of-host',
  requires: 'addresses of one host: neither unspecified nor multicast nor broadcast',
  source: 'RFC 5280 §4.2.1.6, RFC 6890',
  findFault: ({ read: { names } }) => {
    const wrong = names.find(({ kind, value }) => kind === 'ip' && !isOfOneHost(value))
    return wrong && `${wrong.value} is no address of a host`
  },
})
