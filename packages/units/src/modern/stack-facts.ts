import { minorVersion, urlHost, type Host, type Role } from '@easycerts/shared/cluster'
import {
  type DescribedNode,
  isDualStack,
  modernOptionsOf,
  type ModernOptions,
} from '../description/index.ts'
import { certmgrDirectories } from '@easycerts/shared/layout'
import { roleOfNode, type StackRequest } from '../stack/index.ts'
import { type LayoutLookup, lookupIn } from './layout-lookup.ts'
import { type NodeStackInput, type Programs, programsOf } from './node-stack-input.ts'

/** The input and what every component derives from it. */
export interface StackFacts extends NodeStackInput {
  /** 36 of '1.36'. */
  readonly minor: number
  /** The node's first address, if it has one; it must be an address of this machine. */
  readonly address: string | undefined
  /** Whose certificates are on the disk: a node with a part of the control plane has all of a master's. */
  readonly role: Role
  readonly options: ModernOptions
  /** Where the files of certmgr stand. */
  readonly paths: LayoutLookup
  /** Directories that certmgr writes beside its own. */
  readonly certmgrWrites: readonly string[]
}

export const stackFacts = (request: StackRequest): StackFacts => {
  const paths = lookupIn(request.description.layout)
  const role = roleOfNode(request.node)
  return {
    ...request,
    paths,
    certmgrWrites: certmgrDirectories(paths.layout, role),
    programs: programsOf(request),
    minor: minorVersion(request.description.release),
    address: request.node.addresses[0],
    role,
    options: modernOptionsOf(request.description),
  }
}

const LOOPBACK = '127.0.0.1'

const urlOf = (address: string, port: number): string =>
  `https://${urlHost({ kind: 'ip', value: address } satisfies Host)}:${port}`

/** `https://<address>:<port>` of a node; loopback where it has no address. */
export const urlOfNode = ({ addresses: [address = LOOPBACK] }: DescribedNode, port: number) =>
  urlOf(address, port)

export const urlOfLoopback = (port: number): string => urlOf(LOOPBACK, port)

/** One address, or the first of each family where pods have both. */
export const addressesOfNode = ({ description, node }: StackFacts): readonly string[] => {
  const [first] = node.addresses
  if (first === undefined) return []
  const other = node.addresses.find((each) => each.includes(':') !== first.includes(':'))
  return isDualStack(description.networks) && other !== undefined ? [first, other] : [first]
}

/** Flannel connects the nodes. */
export const hasFlannel = ({ description, node }: StackFacts): boolean =>
  description.cni === 'flannel' && node.components.has('flannel')

type KubernetesProgram =
  | 'kubelet'
  | 'kube-proxy'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubectl'

export const kubernetesProgram = (programs: Programs, name: KubernetesProgram): string =>
  `${programs.kubernetesBinDirectory ?? '/usr/bin'}/${name}`
