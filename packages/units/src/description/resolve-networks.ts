import { addressInCidr } from '@easycerts/shared/cluster'
import type { DescriptionFile } from './description-file.ts'
import { FLAVOURS } from './flavour.ts'

export interface ResolvedNetworks {
  readonly services: readonly string[]
  readonly pods: readonly string[]
  readonly dns: string
}

/** Services of IPv4 and of IPv6. */
export const isDualStack = ({ services }: Pick<ResolvedNetworks, 'services'>): boolean =>
  services.length > 1

const LAST_OCTET = 255

/** What the description says, and the flavour's own ranges where it says nothing. */
export const networksOf = ({
  flavour,
  networks,
}: Pick<DescriptionFile, 'flavour' | 'networks'>): ResolvedNetworks => {
  const traits = FLAVOURS[flavour]
  const services = networks.services ?? [traits.services]
  return {
    services,
    pods: networks.pods ?? [traits.pods],
    dns: networks.dns ?? dnsOf(services[0] ?? traits.services, traits.dnsOffset),
  }
}

/** In a range that is too small for the usual place, the second address. */
const dnsOf = (services: string, offset: number): string => {
  const [, prefix = '0'] = services.split('/')
  const bits = (services.includes(':') ? 128 : 32) - Number(prefix)
  return addressInCidr(
    services,
    bits >= 8 || offset < 2 ** bits - 1 ? Math.min(offset, LAST_OCTET) : 2,
  )
}
