import ipaddr from 'ipaddr.js'

const IPV6_BLOCK_GROUPS = 4

/**
 * What counts as one client among addresses: an IPv4 address, also where it is written as IPv6, and
 * a /64 of IPv6, any address of which one machine may take. Text that is no address is itself.
 */
export const addressBlockOf = (address: string): string => {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return 'parts' in parsed
    ? parsed.parts
        .slice(0, IPV6_BLOCK_GROUPS)
        .map((part) => part.toString(16))
        .join(':')
    : parsed.toString()
}
