import ipaddr from 'ipaddr.js'
import { EasycertsError } from '../errors/index.ts'

/** Something a TLS client dials: a DNS name, or an address in its canonical text. */
export type Host = { readonly kind: 'dns' | 'ip'; readonly value: string }

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

const invalid = (text: string) =>
  new EasycertsError(
    'ERR_NAME_INVALID',
    `"${text.slice(0, 80).replace(/[^\x21-\x7e]/g, '?')}" is neither a DNS name nor an address`,
    {
      hint: 'write a lower-case DNS name without a trailing dot, an IPv4 address, or an IPv6 address',
    },
  )

/**
 * One spelling per host: upper case, trailing dots, wildcards, IPv4-mapped IPv6, zones and
 * octal or short IPv4 forms are refused, since two spellings of one name defeat comparison.
 */
export const parseHost = (text: string): Host => {
  // The library throws and catches where the text is no address, which costs more than all the rest.
  if (/^[0-9.]+$/.test(text) && ipaddr.IPv4.isValidFourPartDecimal(text))
    return { kind: 'ip', value: ipaddr.IPv4.parse(text).toString() }
  if (text.includes(':')) return parseIpv6(text)
  const labels = text.split('.')
  const looksNumeric = /^[0-9]+$/.test(labels.at(-1) ?? '') || /^0x/.test(labels.at(-1) ?? '')
  if (text.length > 253 || looksNumeric || !labels.every((label) => LABEL.test(label)))
    throw invalid(text)
  return { kind: 'dns', value: text }
}

const parseIpv6 = (text: string): Host => {
  // The last two groups may be written as IPv4 (RFC 4291 §2.2), and that as strictly as IPv4 itself.
  const dotted = text.slice(text.lastIndexOf(':') + 1)
  const isStrict = !dotted.includes('.') || ipaddr.IPv4.isValidFourPartDecimal(dotted)
  if (!ipaddr.IPv6.isValid(text) || text.includes('%') || !isStrict) throw invalid(text)
  const address = ipaddr.IPv6.parse(text)
  if (address.isIPv4MappedAddress()) throw invalid(text)
  return { kind: 'ip', value: address.toString() }
}

/** 4 or 16 octets in network order (RFC 5280 §4.2.1.6). */
export const addressOctets = (address: string): Uint8Array =>
  Uint8Array.from(
    address.includes(':')
      ? ipaddr.IPv6.parse(address).toByteArray()
      : address.split('.').map(Number),
  )

export const addressOfOctets = (octets: Uint8Array): string =>
  octets.length === 4 ? octets.join('.') : ipaddr.fromByteArray([...octets]).toString()

/** 224/4 is multicast, 240/4 reserved, and its end the broadcast. */
const FIRST_MULTICAST = 224

/**
 * Whether a canonical address can be that of one host (RFC 6890): 0/8 is "this host on this network",
 * and all of ff00::/8 is multicast.
 */
export const isAddressOfOneHost = (address: string): boolean => {
  if (address.includes(':')) return address !== '::' && !/^ff[0-9a-f]{2}:/.test(address)
  const first = Number.parseInt(address, 10)
  return first > 0 && first < FIRST_MULTICAST
}

export const sameHost = (a: Host, b: Host): boolean => a.kind === b.kind && a.value === b.value

/** Order kept, repetitions dropped. */
export const uniqueHosts = (hosts: readonly Host[]): Host[] =>
  hosts.filter((host, index) => hosts.findIndex((other) => sameHost(host, other)) === index)

/** As it stands in a URL: IPv6 in brackets. */
export const urlHost = (host: Host): string =>
  host.value.includes(':') ? `[${host.value}]` : host.value
