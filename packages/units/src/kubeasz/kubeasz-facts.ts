import { urlHost } from '@easycerts/shared/cluster'
import * as v from 'valibot'
import {
  type ClusterDescription,
  type DescribedNode,
  kubeaszOptions,
  type KubeaszOptions,
} from '../description/index.ts'
import type { StackRequest } from '../stack/index.ts'
import { certificatePaths, type CertificatePaths } from './certificate-paths.ts'

export interface KubeaszFacts {
  readonly description: ClusterDescription
  readonly node: DescribedNode
  readonly options: KubeaszOptions
  /** bin_dir */
  readonly programs: string
  /** inventory_hostname, which is an address in kubeasz. */
  readonly address: string
  readonly apiserver: string
  readonly pods: string
  /** KUBE_RESERVED and HARD_EVICTION. */
  readonly reserved: string
  readonly eviction: string
  readonly certificates: CertificatePaths
}

const RESERVED = { cpu: '200m', memory: '500Mi', 'ephemeral-storage': '1Gi' }
const EVICTION = { 'memory.available': '200Mi', 'nodefs.available': '10%' }

const pairs = (values: Readonly<Record<string, string>>, separator: string): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}${separator}${value}`)
    .join(',')

export const kubeaszFacts = ({ description, node }: StackRequest): KubeaszFacts => {
  const options = description.kubeasz ?? v.parse(kubeaszOptions, {})
  const { masterAddress, apiserverPort, reserved, networks } = description
  return {
    description,
    node,
    options,
    programs: description.programs.kubernetesBinDirectory ?? '/opt/kube/bin',
    address: node.addresses[0] ?? node.name,
    apiserver: options.apiserver ?? `https://${urlHost(masterAddress)}:${apiserverPort}`,
    pods: networks.pods[0] ?? '',
    reserved: pairs(reserved.kube ?? RESERVED, '='),
    certificates: certificatePaths(description, node, options),
    eviction: pairs(reserved.evictionHard ?? EVICTION, '<'),
  }
}

export const KUBECONFIGS = {
  kubelet: '/etc/kubernetes/kubelet.kubeconfig',
  proxy: '/etc/kubernetes/kube-proxy.kubeconfig',
} as const

export const CNI_DIRECTORY = '/etc/cni/net.d'

export const KUBE_RESERVED_CGROUP = '/system.slice/kubelet.service'

const CGROUP_CONTROLLERS = ['cpuset', 'hugetlb', 'memory', 'pids']

/** On CentOS 7 cpuset and hugetlb have no system.slice, and the kubelet does not start without. */
export const cgroupDirectories = ({ options }: KubeaszFacts): readonly string[] =>
  options.cgroupVersion === 2
    ? []
    : CGROUP_CONTROLLERS.map((name) => `/sys/fs/cgroup/${name}${KUBE_RESERVED_CGROUP}`)
