import { type ClusterDescription, parseDescription } from '@easycerts/units/description'
import { stringify } from 'yaml'

/** Changes to the small cluster; a key whose value is undefined is left out. */
export type Changes = Readonly<Record<string, unknown>>

const SMALL = {
  name: 'prod',
  masterAddress: '192.0.2.1',
  nodes: [
    { name: 'master-1', roles: ['master'], addresses: ['192.0.2.1'] },
    { name: 'worker-1', roles: ['node'], addresses: ['192.0.2.11'] },
  ],
} as const

export const describeSmall = (changes: Changes = {}): ClusterDescription =>
  parseDescription('cluster.yaml', stringify({ ...SMALL, ...changes }))

/** Of one node, whose keys these are. */
export const describeNode = (node: Changes, changes: Changes = {}): ClusterDescription =>
  describeSmall({ ...changes, nodes: [{ name: 'node-1', ...node }] })

/** What is wrong with a description, without the places. */
export const faultsIn = (changes: Changes): string[] => {
  try {
    describeSmall(changes)
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => line.replace(/^[^ ]+ /, ''))
  }
  return []
}
