import { BUILT_IN_PROFILES, expandHosts } from '@easycerts/shared/profile'
import {
  type ClusterDescription,
  clusterFactsOf,
  type DescribedNode,
  nodeFactsOf,
} from '../description/index.ts'

/** Names and addresses in the certificate of a profile; none for one that the CA does not know. */
export const certifiedHosts = (
  profile: string,
  description: ClusterDescription,
  node: DescribedNode,
): readonly string[] => {
  const found = BUILT_IN_PROFILES.find(({ name }) => name === profile)
  const facts = { cluster: clusterFactsOf(description), node: nodeFactsOf(node) }
  return found === undefined ? [] : expandHosts(found.names, facts).map(({ value }) => value)
}
