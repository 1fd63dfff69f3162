import { faultyFields } from './field-rules.ts'
import { faultyFlags } from './flag-rules.ts'
import { ofFlavour, type Rule } from '../rule.ts'
import { addressesOfMembers, forbiddenLabels, someEtcd } from './node-rules.ts'
import {
  dualStackSince,
  fittingRuntime,
  proxyModeOfRelease,
  roomForNodes,
  roomForServices,
} from './release-rules.ts'

const RULES: readonly Rule[] = [
  { reads: ['containerRuntime', 'kubernetesVersion'], judge: fittingRuntime },
  { reads: ['proxyMode', 'kubernetesVersion'], judge: proxyModeOfRelease },
  { reads: ['networks', 'kubernetesVersion'], judge: dualStackSince },
  { reads: ['networks', 'kubernetesVersion'], judge: roomForServices },
  { reads: ['networks', 'settings'], judge: roomForNodes },
  { reads: ['nodes', 'without', 'kubernetesVersion'], judge: someEtcd },
  { reads: ['nodes', 'without', 'kubernetesVersion'], judge: addressesOfMembers },
  { reads: ['nodes'], judge: forbiddenLabels },
  { reads: ['settings', 'kubernetesVersion'], judge: faultyFlags },
  { reads: ['settings', 'kubernetesVersion'], judge: faultyFields },
]

/** What Kubernetes itself would refuse, or would do in a way that opens the cluster. */
export const MODERN_RULES: readonly Rule[] = RULES.map(({ reads, judge }) =>
  ofFlavour('modern', reads, [judge]),
)
