import type { Role } from '@easycerts/shared/cluster'
import type { ComponentName, DescribedNode } from '../description/index.ts'

const CONTROL_PLANE: readonly ComponentName[] = [
  'etcd',
  'apiserver',
  'controllerManager',
  'scheduler',
  'addonManager',
]

/** Whose certificates are on the disk: a node with a part of the control plane has all of a master's. */
export const roleOfNode = ({ components }: DescribedNode): Role =>
  CONTROL_PLANE.some((name) => components.has(name)) ? 'master' : 'worker'
