import ipaddr from 'ipaddr.js'
import { EasycertsError } from '../errors/index.ts'

/** The address `offset` places into a range: the service range's first one is kube-apiserver's. */
export const addressInCidr = (cidr: string, offset: number): string => {
  const [base, prefix] = parseCidr(cidr)
  const octets = base.toByteArray()
  let carry = offset
  for (let index = octets.length - 1; index >= 0; index--) {
    const sum = (octets[index] ?? 0) + carry
    octets[index] = sum % 256
    carry = Math.floor(sum / 256)
  }
  const address = ipaddr.fromByteArray(octets)
  if (carry > 0 || !contains(base, prefix, address))
    throw new EasycertsError('ERR_NAME_INVALID', `range ${cidr} has no address ${offset}`)
  return address.toString()
}

/** The text itself if it is a range in canonical form: one spelling, no host bits set. */
export const checkCidr = (text: string): string => {
  const [base, prefix] = parseCidr(text)
  const network =
    base.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(text)
      : ipaddr.IPv6.networkAddressFromCIDR(text)
  const canonical = `${network.toString()}/${prefix}`
  if (text !== canonical)
    throw new EasycertsError('ERR_NAME_INVALID', `"${text}" is not in canonical form`, {
      hint: `write ${canonical}`,
    })
  return text
}

/** Whether an address lies in a range; false for one of the other family, and for what is no address. */
export const isInCidr = (address: string, cidr: string): boolean => {
  const [base, prefix] = parseCidr(cidr)
  return ipaddr.isValid(address) && contains(base, prefix, ipaddr.parse(address))
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

// Octal and short forms of IPv4 mean another network to another program.
const FORMAT = /^([0-9a-f.:]+)\/(?:0|[1-9]\d{0,2})$/

const parseCidr = (text: string): [Address, number] => {
  const [, address = ''] = FORMAT.exec(text) ?? []
  const isAddress = address.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(address)
  if (!isAddress || !ipaddr.isValidCIDR(text))
    throw new EasycertsError('ERR_NAME_INVALID', `"${text.slice(0, 60)}" is not an address range`, {
      hint: 'write an address and a prefix length: 10.96.0.0/12',
    })
  return ipaddr.parseCIDR(text)
}

const contains = (base: Address, prefix: number, address: Address): boolean =>
  base.kind() === address.kind() && address.match(base, prefix)
