import { addressInCidr, checkCidr, parseHost } from '@easycerts/shared/cluster'
import { checkedBy, issuePath } from '@easycerts/shared/config'
import {
  FLAVOURS,
  isRelease,
  isRunnable,
  runsWithoutDescription,
} from '@easycerts/units/description'
import * as v from 'valibot'

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
const kubernetesVersion = v.pipe(
  v.string(),
  v.check(
    (text) => isRelease(text) && isRunnable(text),
    'is not a Kubernetes version that nodes can have, such as 1.36',
  ),
)
const httpsUrl = v.pipe(
  v.string(),
  v.regex(/^https:\/\/[^/?#@\s]+$/, 'is not an https URL without a path'),
  v.url(),
)

const section = v.strictObject({
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

const modern = FLAVOURS.modern.releases

/** A node of an old release has nothing in common with the defaults of each role. */
export const clusterSection = v.pipe(
  section,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const { kubernetesVersion: release, description } = dataset.value
    if (description === undefined && isRunnable(release) && !runsWithoutDescription(release))
      addIssue({
        message: `needs a description of the cluster: without one nodes have Kubernetes ${modern.first} to ${modern.last}`,
        path: issuePath(dataset.value, ['kubernetesVersion']),
      })
  }),
)
