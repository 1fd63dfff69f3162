import type { RouteReply } from '@easycerts/shared/api'
import type { NodeFacts } from '@easycerts/shared/cluster'
import { type Authority, profilesOf, trustBundlesOf } from '../authority/index.ts'

/** What a node may know of itself and its cluster. */
export const nodeReplyOf = (
  authority: Authority,
  node: NodeFacts,
): Omit<RouteReply<'node'>, 'log'> => ({
  node: { ...node, hosts: [...node.hosts] },
  cluster: authority.cluster,
  endpoints: [...authority.nodeEndpoints],
  trustBundles: trustBundlesOf(authority.issuers),
  profiles: profilesOf(authority, { node }),
  time: authority.clock().toISOString(),
  ...(authority.describe === undefined ? {} : { description: authority.describe(node) }),
})
