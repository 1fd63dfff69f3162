import {
  type ClusterFacts,
  dnsServiceAddress,
  type NodeFacts,
  parseHost,
} from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import * as v from 'valibot'
import type {
  ClusterDescription,
  DescribedNode,
  ResolvedDescription,
} from './cluster-description.ts'
import { descriptionFile, type DescriptionFile } from './description-file.ts'
import { parseRelease } from '../release/index.ts'
import { runsWithoutDescription } from './flavour.ts'
import { resolveNode } from './resolve-nodes.ts'

export interface JoinedFacts {
  readonly cluster: ClusterFacts
  readonly node: NodeFacts
  readonly programs: DescriptionFile['programs']
}

export type JoinedDescription = ClusterDescription & { readonly nodes: readonly [DescribedNode] }

/**
 * What a node knows of its cluster once it has joined: itself, and nothing of the others. The CA
 * has judged these facts, so that no rule is asked again.
 */
export const describeJoined = ({ cluster, node, programs }: JoinedFacts): JoinedDescription => {
  const release = parseRelease(cluster.kubernetesVersion)
  if (!runsWithoutDescription(release))
    throw new EasycertsError(
      'ERR_CONFIG_INVALID',
      `a node of Kubernetes ${release} needs a description of its cluster, and the CA has none`,
      { hint: 'name one in cluster.description of ca-server.yaml, then "ca-server config reload"' },
    )
  const written = writtenNode(node)
  const url = new URL(cluster.apiserver)
  const parsed = v.safeParse(descriptionFile, {
    name: cluster.name,
    masterAddress: url.hostname.replace(/^\[|\]$/g, ''),
    nodes: [written],
  })
  if (!parsed.success)
    throw new EasycertsError('ERR_CONFIG_INVALID', 'what the CA says of the cluster is no cluster')
  const { without, ...rest } = parsed.output
  const description: ResolvedDescription = {
    ...rest,
    programs,
    domain: cluster.domain,
    release,
    networks: {
      services: [cluster.serviceCidr],
      pods: [cluster.podCidr],
      dns: dnsServiceAddress(cluster),
    },
    masterAddress: parseHost(rest.masterAddress),
    apiserverPort: Number(url.port || HTTPS),
    nodes: rest.nodes.map((each) => resolveNode(each, { without }, release)),
    containerRuntime: { name: 'containerd' },
    cni: 'flannel',
    layout: 'easycerts',
  }
  return description as JoinedDescription
}

const HTTPS = 443

/** A role of the CA: its master runs no pods of others, and its worker nothing else. */
export const writtenNode = ({ name, role, hosts }: NodeFacts) => ({
  name,
  roles: [role === 'master' ? 'master' : 'node'],
  addresses: hosts.filter(({ kind }) => kind === 'ip').map(({ value }) => value),
  names: hosts.filter(({ kind }) => kind === 'dns').map(({ value }) => value),
})
