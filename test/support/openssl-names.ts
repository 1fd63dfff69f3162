import { addressOctets } from '@easycerts/shared/cluster'
import type { GeneralName } from '@easycerts/shared/x509'

const LABELS = { dns: 'DNS', uri: 'URI', email: 'email', other: 'othername' } as const

/** Names as `openssl x509 -text` prints them. */
export const openSslNames = (names: readonly GeneralName[]): string[] =>
  names.map((name) =>
    name.kind === 'ip'
      ? `IP Address:${addressOf(name.value)}`
      : `${LABELS[name.kind]}:${name.value}`,
  )

/** openssl writes every group of an IPv6 address, in upper case. */
const addressOf = (address: string): string => {
  const octets = Buffer.from(addressOctets(address))
  if (octets.length === 4) return octets.join('.')
  return Array.from({ length: 8 }, (_, group) =>
    octets
      .readUInt16BE(group * 2)
      .toString(16)
      .toUpperCase(),
  ).join(':')
}
