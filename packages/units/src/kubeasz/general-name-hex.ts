import { addressOctets, type Host } from '@easycerts/shared/cluster'

// GeneralName of RFC 5280 §4.2.1.6: context tags 2 and 7.
const DNS_NAME = 0x82
const IP_ADDRESS = 0x87

const hex = (octets: Iterable<number>): string =>
  [...octets]
    .map((octet) => octet.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()

/** A subject alternative name in DER, as OpenSSL dumps it; no one is the beginning of another. */
export const generalNameHex = ({ kind, value }: Host): string => {
  const octets = kind === 'ip' ? addressOctets(value) : new TextEncoder().encode(value)
  // At most 253 octets; from 128 on a length has an octet of its own before it.
  const length = octets.length < 0x80 ? [octets.length] : [0x81, octets.length]
  return hex([kind === 'ip' ? IP_ADDRESS : DNS_NAME, ...length, ...octets])
}
