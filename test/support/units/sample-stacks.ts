import type { Role } from '@easycerts/shared/cluster'
import { buildNodeStack, type NodeStackInput } from '@easycerts/units/modern'
import type { NodeStack } from '@easycerts/units/stack'

export const VERSIONS = ['1.30', '1.36'] as const
export const ROLES = ['worker', 'master'] as const satisfies readonly Role[]

const HOSTS = {
  worker: { name: 'worker-1', address: '10.0.0.11' },
  master: { name: 'master-1', address: '10.0.0.1' },
} as const

/** A node of an ordinary cluster; a master runs the CA too, with sealed keys. */
export const sampleInput = (role: Role, kubernetesVersion: string): NodeStackInput => ({
  cluster: {
    name: 'prod',
    domain: 'cluster.local',
    serviceCidr: '10.96.0.0/12',
    podCidr: '10.244.0.0/16',
    apiserver: 'https://10.0.0.1:6443',
    kubernetesVersion,
  },
  node: {
    name: HOSTS[role].name,
    role,
    hosts: [
      { kind: 'dns', value: `${HOSTS[role].name}.example.net` },
      { kind: 'ip', value: HOSTS[role].address },
      { kind: 'ip', value: '192.0.2.7' },
    ],
    clusterAdmin: false,
  },
  programs: {
    node: '/usr/bin/node',
    certmgr: '/usr/lib/easycerts/certmgr.js',
    caServer: '/usr/lib/easycerts/ca-server.js',
  },
  ...(role === 'master' ? { caServer: { sealedKeys: true } } : {}),
})

export const sampleStack = (role: Role, kubernetesVersion: string): NodeStack =>
  buildNodeStack(sampleInput(role, kubernetesVersion))

export const fileOf = (stack: NodeStack, name: string): string => {
  const file = stack.files.find(({ path }) => path === name || path.endsWith(`/${name}`))
  if (file === undefined) throw new Error(`no file ${name} in the stack`)
  return file.content
}
