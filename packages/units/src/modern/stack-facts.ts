import { minorVersion, urlHost, type Host } from '@easycerts/shared/cluster'
import type { NodeStackInput, Programs } from './node-stack-input.ts'

/** The input and what every component derives from it. */
export interface StackFacts extends NodeStackInput {
  /** 36 of '1.36'. */
  readonly minor: number
  /** The node's first address, if it has one; it must be an address of this machine. */
  readonly address: string | undefined
}

export const stackFacts = (input: NodeStackInput): StackFacts => ({
  ...input,
  minor: minorVersion(input.cluster.kubernetesVersion),
  address: input.node.hosts.find(({ kind }) => kind === 'ip')?.value,
})

const LOOPBACK = '127.0.0.1'

/** `https://<address>:<port>` of this machine; loopback where the node has no address. */
export const urlOfNode = ({ address = LOOPBACK }: StackFacts, port: number): string =>
  `https://${urlHost({ kind: 'ip', value: address } satisfies Host)}:${port}`

export const urlOfLoopback = (port: number): string => `https://${LOOPBACK}:${port}`

type KubernetesProgram =
  | 'kubelet'
  | 'kube-proxy'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubectl'

export const kubernetesProgram = (programs: Programs, name: KubernetesProgram): string =>
  `${programs.kubernetesBinDirectory ?? '/usr/bin'}/${name}`
