import { addressInCidr, isInCidr } from '@easycerts/shared/cluster'
import type { Check } from './check.ts'
import { fieldValues, flagValues, type FoundValue, partsOf } from './setting-values.ts'

const LEADERS = ['kube-apiserver', 'kube-controller-manager']

/** Everybody means the same services, pods and DNS. */
export const addressesInRanges: Check = {
  name: 'addresses are in their ranges',
  find: ({ request: { description }, read }) => {
    const { services, pods, dns } = description.networks
    const dnsServers = [
      ...flagValues(read, ['kubelet'], 'cluster-dns'),
      ...fieldValues(read, 'KubeletConfiguration', 'clusterDNS'),
    ].flatMap(partsOf)
    return [
      ...dnsServers.flatMap((each) => dnsFaults(each, services)),
      ...flagValues(read, LEADERS, 'service-cluster-ip-range')
        .flatMap(partsOf)
        .flatMap(differsFrom(services, 'the services of the description')),
      ...[
        ...flagValues(read, ['kube-controller-manager', 'kube-proxy'], 'cluster-cidr'),
        ...fieldValues(read, 'KubeProxyConfiguration', 'clusterCIDR'),
      ]
        .flatMap(partsOf)
        .flatMap(differsFrom(pods, 'the pods of the description')),
      ...(services.some((range) => isInCidr(dns, range))
        ? []
        : [`cluster DNS ${dns} is outside the services, ${services.join(', ')}`]),
      ...domainFaults(read, description.domain),
    ]
  },
}

const dnsFaults = ({ value, where }: FoundValue, services: readonly string[]): string[] => {
  const range = services.find((each) => isInCidr(value, each))
  if (range === undefined)
    return [`${where} is ${value}, outside the services, ${services.join(', ')}`]
  return value === addressInCidr(range, 1)
    ? [`${where} is ${value}, the address of the kubernetes service`]
    : []
}

const differsFrom =
  (ranges: readonly string[], whose: string) =>
  ({ value, where }: FoundValue): string[] =>
    ranges.includes(value) ? [] : [`${where} is ${value}, and ${whose} are ${ranges.join(', ')}`]

const domainFaults = (read: Parameters<typeof flagValues>[0], domain: string): string[] =>
  [
    ...flagValues(read, ['kubelet'], 'cluster-domain'),
    ...fieldValues(read, 'KubeletConfiguration', 'clusterDomain'),
  ]
    .filter(({ value }) => value.replace(/\.$/, '') !== domain)
    .map(({ value, where }) => `${where} is ${value}, and the domain of the cluster is ${domain}`)
