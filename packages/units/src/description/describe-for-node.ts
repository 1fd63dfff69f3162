import type { NodeFacts } from '@easycerts/shared/cluster'
import { parseDocument } from 'yaml'
import type { ClusterDescription, DescribedNode } from './cluster-description.ts'
import { describeJoined, type JoinedFacts, writtenNode } from './describe-joined.ts'
import { parseDescription } from './parse-description.ts'

/** A description and the node of it that is meant. */
export interface NodeOfDescription {
  readonly description: ClusterDescription
  readonly node: DescribedNode
}

/**
 * Gives of a description as much as one node needs, as JSON: the node itself and those that run a
 * part of the control plane. A node that it does not have is what the CA says of it.
 */
export const createNarrowing = (file: string, text: string): ((facts: NodeFacts) => string) => {
  const { nodes } = parseDescription(file, text)
  const masters = new Set(nodes.filter(isOfControlPlane).map(({ name }): string => name))
  const written = parseDocument(text).toJS() as { readonly nodes: readonly { name: string }[] }
  return (facts) => {
    const narrowed = written.nodes.filter(({ name }) => name === facts.name || masters.has(name))
    const isKnown = narrowed.some(({ name }) => name === facts.name)
    return JSON.stringify({
      ...written,
      nodes: isKnown ? narrowed : [...narrowed, writtenNode(facts)],
    })
  }
}

const isOfControlPlane = ({ components }: DescribedNode): boolean =>
  components.has('etcd') || components.has('apiserver')

/** By what the CA told of the description, else by what it knows of every cluster. ERR_CONFIG_INVALID. */
export const describeForNode = (
  facts: JoinedFacts,
  told: string | undefined,
): NodeOfDescription => {
  if (told === undefined) {
    const description = describeJoined(facts)
    return { description, node: description.nodes[0] }
  }
  const described = parseDescription('the description of the CA', told)
  const node = described.nodes.find(({ name }) => name === facts.node.name)
  if (node === undefined) return describeForNode(facts, undefined)
  // Where programs stand this machine knows best, unless the operator has said it.
  const said = Object.entries(described.programs).filter(([, path]) => path !== undefined)
  const programs = { ...facts.programs, ...Object.fromEntries(said) }
  return { description: { ...described, programs }, node }
}
