import type { GeneralName } from '@easycerts/shared/x509'
import ipaddr from 'ipaddr.js'
import { readMailAddress } from './read-mail-address.ts'
import { readRequestUri } from './read-request-uri.ts'

/**
 * The kind of name that cfssl takes a text for: an address, else an e-mail address, else a URI, else
 * a DNS name, whatever it looks like. `system:kube-proxy` and `localhost:80` are URIs.
 */
export const classifyHost = (text: string): GeneralName => {
  const address = readAddress(text)
  if (address !== undefined) return { kind: 'ip', value: address }
  const mail = readMailAddress(text)
  if (mail !== undefined) return { kind: 'email', value: mail }
  const uri = readRequestUri(text)
  return uri === undefined ? { kind: 'dns', value: text } : { kind: 'uri', value: uri }
}

/** Canonical; IPv4 in the form of IPv6 is IPv4. */
const readAddress = (text: string): string | undefined => {
  if (/^[0-9.]+$/.test(text))
    return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text).toString() : undefined
  if (!text.includes(':') || text.includes('%') || !isIpv6(text)) return undefined
  const address = ipaddr.IPv6.parse(text)
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toString()
}

const isIpv6 = (text: string): boolean => {
  const tail = text.slice(text.lastIndexOf(':') + 1)
  return (
    ipaddr.IPv6.isValid(text) && (!tail.includes('.') || ipaddr.IPv4.isValidFourPartDecimal(tail))
  )
}
