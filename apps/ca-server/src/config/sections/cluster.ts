import { addressInCidr, checkCidr, minorVersion, parseHost } from '@easycerts/shared/cluster'
import * as v from 'valibot'
import { checkedBy } from '@easycerts/shared/config'

export const host = checkedBy(parseHost, 'is neither a DNS name nor an address')
const cidr = checkedBy(checkCidr, 'is not an address range such as 10.96.0.0/12')
/** kube-apiserver has its first address, and cluster DNS its tenth. */
const serviceCidr = checkedBy(
  (text) => addressInCidr(checkCidr(text), 10),
  'is not an address range of at least ten addresses, such as 10.96.0.0/12',
)
const clusterName = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, 'is not a name (lower case, at most 32)'),
)
/** From the oldest release on that a flavour of units knows and that has certificates. */
const kubernetesVersion = v.pipe(
  v.string(),
  v.regex(/^1\.([5-9]|[1-3][0-9])$/, 'is not a Kubernetes version such as 1.36'),
)
/** What a node gets without a description takes this release and those after it. */
const FIRST_UNDESCRIBED = 15
const httpsUrl = v.pipe(
  v.string(),
  v.regex(/^https:\/\/[^/?#@\s]+$/, 'is not an https URL without a path'),
  v.url(),
)

const settings = v.strictObject({
  name: clusterName,
  domain: host,
  serviceCidr,
  podCidr: cidr,
  apiserver: httpsUrl,
  kubernetesVersion,
  /** File that describes every node, for `units`; nodes that join get their part of it. */
  description: v.optional(
    v.pipe(v.string(), v.maxLength(4096), v.regex(/^\/./, 'is not an absolute path')),
  ),
})

export const clusterSection = v.pipe(
  settings,
  v.forward(
    v.partialCheck(
      [['kubernetesVersion'], ['description']],
      ({ kubernetesVersion: version, description }) =>
        description !== undefined || minorVersion(version) >= FIRST_UNDESCRIBED,
      'is older than 1.15, whose units need cluster.description with a flavour for it',
    ),
    ['kubernetesVersion'],
  ),
)
