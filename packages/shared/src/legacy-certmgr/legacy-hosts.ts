import ipaddr from 'ipaddr.js'

/** What a CA of cfssl makes of one entry of `hosts`. */
export interface LegacyHost {
  readonly kind: 'dns' | 'ip' | 'email' | 'uri'
  /** A name in lower case, an address in its canonical text, the rest as it is written. */
  readonly value: string
}

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/

/**
 * The CA asks in this order: an address, an e-mail address, a URI, else a name. So 'system:kube-proxy'
 * and 'node:6443' are URIs to it. Undefined for what no certificate should have.
 */
export const classifyLegacyHost = (text: string): LegacyHost | undefined => {
  if (text === '' || text.length > 253 || !/^[\x21-\x7e]+$/.test(text)) return undefined
  const address = addressOf(text)
  if (address !== undefined) return { kind: 'ip', value: address }
  if (/^[^@<>]+@[^@<>]+$/.test(text)) return { kind: 'email', value: text }
  if (/^(\/|[a-z][a-z0-9+.-]*:)/i.test(text)) return { kind: 'uri', value: text }
  const name = text.toLowerCase()
  const labels = name.startsWith('*.') ? name.slice(2).split('.') : name.split('.')
  const isName = labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '')
  return isName ? { kind: 'dns', value: name } : undefined
}

/** net.ParseIP of Go: no zones, and IPv4 in the clothes of IPv6 is IPv4. */
const addressOf = (text: string): string | undefined => {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toString()
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  return ipaddr.process(text).toString()
}

/** The CA was never told of the others: authsign sends addresses and names alone. */
export const isCertified = ({ kind }: LegacyHost): boolean => kind === 'dns' || kind === 'ip'

/** Each once, in one order: two spellings of one list are equal. */
export const certifiedHosts = (hosts: readonly LegacyHost[]): LegacyHost[] => {
  const unique = new Map(
    hosts.filter(isCertified).map((host) => [`${host.kind} ${host.value}`, host]),
  )
  return [...unique.keys()].toSorted().flatMap((key) => unique.get(key) ?? [])
}
