import { parseHost, parseNodeName } from '@easycerts/shared/cluster'
import { COMPONENT_NAMES, COMPONENTS_OF_ROLE, type ComponentName } from './component-name.ts'
import type { DescribedNode, Taint } from './cluster-description.ts'
import type { DescriptionFile } from './description-file.ts'
import { isAtLeast, type Release } from '../release/index.ts'

type WrittenNode = DescriptionFile['nodes'][number]

/** Its roles say what runs on a node, less what no node runs; its own switches have the last word. */
export const resolveNode = (
  node: WrittenNode,
  { without }: Pick<DescriptionFile, 'without'>,
  release: Release,
): DescribedNode => ({
  ...node,
  name: parseNodeName(node.name),
  names: node.names.map(parseHost),
  components: new Set(COMPONENT_NAMES.filter((name) => runs(name, node, without))),
  taints: [...roleTaints(node, release), ...node.taints.map(withoutUndefined)],
})

const runs = (
  name: ComponentName,
  { roles, components }: WrittenNode,
  without: readonly ComponentName[],
): boolean =>
  components[name] ??
  (!without.includes(name) && roles.some((role) => COMPONENTS_OF_ROLE[role].includes(name)))

/** A master that is no node runs no pods of others; the taint got its name of today in 1.20. */
const roleTaints = ({ roles, unschedulable }: WrittenNode, release: Release): Taint[] => [
  ...(roles.includes('master') && !roles.includes('node')
    ? [
        isAtLeast(release, '1.20')
          ? ({ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' } as const)
          : ({
              key: 'node-role.kubernetes.io/master',
              value: 'true',
              effect: 'NoSchedule',
            } as const),
      ]
    : []),
  ...(unschedulable
    ? [{ key: 'unschedulable', value: 'true', effect: 'NoSchedule' } as const]
    : []),
]

const withoutUndefined = ({ key, value, effect }: WrittenNode['taints'][number]): Taint => ({
  key,
  effect,
  ...(value === undefined ? {} : { value }),
})
