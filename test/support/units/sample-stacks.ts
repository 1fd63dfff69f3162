import { buildStack } from '@easycerts/units/flavours'
import type { NodeStack, StackRequest } from '@easycerts/units/stack'
import { type Changes, describeSmall } from './small-description.ts'

export type SampleRole = 'worker' | 'master' | 'both'

export const VERSIONS = ['1.30', '1.36'] as const
/** One for each way in which components are told what to do: flags, files, and what lies between. */
export const SPREAD = ['1.15', '1.20', '1.24', '1.30', '1.36'] as const
export const ROLES = ['worker', 'master'] as const satisfies readonly SampleRole[]
export const ALL_ROLES = [...ROLES, 'both'] as const satisfies readonly SampleRole[]

const NODES = {
  worker: { name: 'worker-1', roles: ['node'], address: '10.0.0.11' },
  master: { name: 'master-1', roles: ['master'], address: '10.0.0.1' },
  both: { name: 'single-1', roles: ['master', 'node'], address: '10.0.0.1' },
} as const

/** A node of an ordinary cluster; a master runs the CA too, with sealed keys. */
export const sampleRequest = (
  role: SampleRole,
  kubernetesVersion: string,
  changes: Changes = {},
  more: Changes = {},
): StackRequest => {
  const { name, roles, address } = NODES[role]
  const description = describeSmall({
    kubernetesVersion,
    masterAddress: '10.0.0.1',
    nodes: [
      {
        name,
        roles,
        addresses: [address, '192.0.2.7'],
        names: [`${name}.example.net`],
        ...more,
      },
    ],
    ...changes,
  })
  return {
    description,
    node: description.nodes[0]!,
    ...(role === 'worker' ? {} : { caServer: { sealedKeys: true } }),
  }
}

/** With changes to the description, and further keys of its node. */
export const sampleStack = (
  role: SampleRole,
  kubernetesVersion: string,
  changes: Changes = {},
  more: Changes = {},
): NodeStack => buildStack(sampleRequest(role, kubernetesVersion, changes, more))

export const fileOf = (stack: NodeStack, name: string): string => {
  const file = stack.files.find(({ path }) => path === name || path.endsWith(`/${name}`))
  if (file === undefined) throw new Error(`no file ${name} in the stack`)
  return file.content
}
