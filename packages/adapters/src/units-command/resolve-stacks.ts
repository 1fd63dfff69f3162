import { EasycertsError } from '@easycerts/shared/errors'
import { checkStack } from '@easycerts/units/checks'
import {
  type ClusterDescription,
  type DescribedNode,
  parseDescription,
} from '@easycerts/units/description'
import { buildStack } from '@easycerts/units/flavours'
import { readTextFile } from '../files/index.ts'
import type { NamedStack, UnitsHost } from './units-host.ts'
import type { UnitsOptions } from './units-options.ts'

/**
 * What the command is about, checked: the nodes of a description, or this machine. Warnings are
 * told. ERR_CONFIG_INVALID with all faults of the description, or of what was built of it.
 */
export const resolveStacks = (host: UnitsHost, options: UnitsOptions): readonly NamedStack[] => {
  const stacks =
    options.cluster === undefined
      ? [host.ownStack(options)]
      : stacksOf(readDescription(options), options)
  for (const { node, stack } of stacks)
    for (const warning of stack.warnings ?? []) host.terminal.warning(`${node}: ${warning}`)
  return stacks
}

/** The one node of a command that is about one machine. ERR_USAGE names those to choose from. */
export const resolveStack = (host: UnitsHost, options: UnitsOptions): NamedStack => {
  const [first, second] = resolveStacks(host, options)
  if (first !== undefined && second === undefined) return first
  throw new EasycertsError('ERR_USAGE', 'the description has several nodes', {
    hint: 'say which one this machine is: --node NAME',
  })
}

export const readDescription = (
  { cluster = '', flavour, kubernetesVersion }: UnitsOptions,
  release = kubernetesVersion,
): ClusterDescription =>
  parseDescription(cluster, readTextFile(cluster), {
    ...(flavour === undefined ? {} : { flavour }),
    ...(release === undefined ? {} : { kubernetesVersion: release }),
  })

export const stacksOf = (
  description: ClusterDescription,
  { node, verbatim, certmgrTimer }: UnitsOptions,
): NamedStack[] =>
  nodesOf(description, node).map((each) => {
    const request = {
      description,
      node: each,
      ...(verbatim === undefined ? {} : { verbatim }),
      ...(certmgrTimer === undefined ? {} : { certmgrByTimer: certmgrTimer }),
    }
    const stack = buildStack(request)
    checkStack(request, stack)
    return { node: each.name, stack, source: { description, node: each } }
  })

const nodesOf = (
  { name: cluster, nodes }: ClusterDescription,
  name: string | undefined,
): readonly DescribedNode[] => {
  if (name === undefined) return nodes
  const node = nodes.find((each) => each.name === name)
  if (node === undefined)
    throw new EasycertsError('ERR_USAGE', `cluster ${cluster} has no node "${name.slice(0, 60)}"`, {
      hint: `its nodes are ${nodes
        .slice(0, 20)
        .map((each) => each.name)
        .join(', ')}`,
    })
  return [node]
}
