import { type ClusterDescription, parseDescription } from '@easycerts/units/description'
import { buildStack } from '@easycerts/units/flavours'
import type { NodeStack, StackRequest } from '@easycerts/units/stack'
import { stringify } from 'yaml'

/** A master and a worker of an ordinary cluster, as an operator would write them. */
export const DESCRIBED = {
  name: 'prod',
  masterAddress: '10.0.0.1',
  nodes: [
    { name: 'master-1', roles: ['master'], addresses: ['10.0.0.1'] },
    { name: 'worker-1', roles: ['node'], addresses: ['10.0.0.11'] },
  ],
} as const

export const describedYaml = (more: object = {}): string => stringify({ ...DESCRIBED, ...more })

export const described = (more: object = {}): ClusterDescription =>
  parseDescription('cluster.yaml', describedYaml(more))

/** The request for a node of a description, and what comes of it. */
export const builtFor = (
  name: string,
  description = described(),
): { readonly request: StackRequest; readonly stack: NodeStack } => {
  const node = description.nodes.find((each) => each.name === name)
  if (node === undefined) throw new Error(`no node ${name}`)
  const request = { description, node }
  return { request, stack: buildStack(request) }
}
