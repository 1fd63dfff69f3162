import type { RouteReply } from '@easycerts/shared/api'
import type { NodeFacts } from '@easycerts/shared/cluster'
import {
  type Authority,
  type ToldDescription,
  profilesOf,
  trustBundlesOf,
} from '../authority/index.ts'

/** What a node may know of itself and its cluster. */
export const nodeReplyOf = (
  authority: Authority,
  node: NodeFacts,
): Omit<RouteReply<'node'>, 'log'> => {
  const described = authority.policy.current().description?.tell(node)
  return {
    node: { ...node, hosts: [...node.hosts], ...layoutIn(described) },
    cluster: authority.cluster,
    endpoints: [...authority.nodeEndpoints],
    trustBundles: trustBundlesOf(authority.issuers),
    profiles: profilesOf(authority, { node }),
    time: authority.clock().toISOString(),
    ...(described === undefined ? {} : { description: described.text }),
  }
}

/** A node without the word has the layout that every version knows. */
const layoutIn = (described: ToldDescription | undefined) =>
  described === undefined || described.layout === 'easycerts' ? {} : { layout: described.layout }
