import * as v from 'valibot'
import { addressInCidr } from './cidr.ts'

/** What every node must know of its cluster; part of the answer to a join. */
export const clusterFactsSchema = v.object({
  /** DNS label; part of the identity URI. */
  name: v.string(),
  /** DNS domain of services, 'cluster.local'. */
  domain: v.string(),
  serviceCidr: v.string(),
  podCidr: v.string(),
  /** URL that kubelets and people dial: 'https://10.0.0.1:6443'. */
  apiserver: v.string(),
  /** '1.36': decides between flags, config files, and reload or restart. */
  kubernetesVersion: v.string(),
})

export type ClusterFacts = v.InferOutput<typeof clusterFactsSchema>

/** The address of the `kubernetes` service. */
export const apiserverServiceAddress = (cluster: ClusterFacts): string =>
  addressInCidr(cluster.serviceCidr, 1)

/** The address of cluster DNS: the tenth of the range, as kubeadm has it. */
export const dnsServiceAddress = (cluster: ClusterFacts): string =>
  addressInCidr(cluster.serviceCidr, 10)

/** '1.30' → 30; '0.19' → -81, for what came before 1.0 is older than everything after it. */
export const minorVersion = (kubernetesVersion: string): number => {
  const [major = 0, minor = 0] = kubernetesVersion.split('.').map(Number)
  return minor - (major === 0 ? MINORS_PER_MAJOR : 0)
}

// No minor version has reached three digits.
const MINORS_PER_MAJOR = 100
