import type { ClusterFacts } from '@easycerts/shared/cluster'
import {
  faultOfMachineHost,
  hostOf,
  isIgnoredInterface,
  type Machine,
  REPORT_LIMITS,
} from '@easycerts/shared/node-report'
import type { MachineSource } from './machine-source.ts'

export interface MachineView {
  readonly cluster: Pick<ClusterFacts, 'domain' | 'podCidr' | 'serviceCidr'>
  /** Patterns of interfaces whose addresses are nobody's business. */
  readonly ignoreInterfaces: readonly string[]
}

/** The name and the addresses by which other machines may dial this one, in the system's order. */
export const machineHostsOf = (
  source: MachineSource,
  { cluster, ignoreInterfaces }: MachineView,
): Machine => {
  const isFit = (text: string, kind: 'dns' | 'ip'): boolean => {
    const host = hostOf(text)
    return host?.kind === kind && host.value === text && !faultOfMachineHost(host, cluster)
  }
  const addresses = source
    .addresses()
    .filter(({ interfaceName }) => !isIgnoredInterface(interfaceName, ignoreInterfaces))
    .map(({ address }) => hostOf(address)?.value ?? '')
    .filter((address) => isFit(address, 'ip'))
  const name = source.hostName().toLowerCase()
  return {
    name: isFit(name, 'dns') ? name : null,
    addresses: [...new Set(addresses)].slice(0, REPORT_LIMITS.addresses),
  }
}
