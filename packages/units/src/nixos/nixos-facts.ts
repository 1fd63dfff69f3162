import { urlHost } from '@easycerts/shared/cluster'
import {
  type ClusterDescription,
  type ComponentName,
  type DescribedNode,
  NIXOS_DEFAULTS,
  type NixosOptions,
  type StartDesign,
} from '../description/index.ts'
import type { StackRequest } from '../stack/index.ts'

/** What the files of one node are made from. */
export interface NixosFacts {
  readonly description: ClusterDescription
  readonly node: DescribedNode
  readonly options: NixosOptions
  /** How the units find each other: a start design, or the source's own with its defects. */
  readonly form: StartDesign | 'verbatim'
}

export const nixosFacts = ({ description, node, verbatim }: StackRequest): NixosFacts => {
  const options = description.nixos ?? NIXOS_DEFAULTS
  return { description, node, options, form: verbatim === true ? 'verbatim' : options.startDesign }
}

export const runs = ({ node }: NixosFacts, component: ComponentName): boolean =>
  node.components.has(component)

/** flannel gives this node its network: it runs here, and is what the cluster uses. */
export const hasFlannel = (facts: NixosFacts): boolean =>
  runs(facts, 'flannel') && facts.description.cni === 'flannel'

/** Where a program of Kubernetes stands. */
export const kubernetesProgram = ({ description }: NixosFacts, name: string): string =>
  `${description.programs.kubernetesBinDirectory ?? '/usr/bin'}/${name}`

/** The name under which the kubelet registers its node. */
export const hostnameOf = ({ node, options }: NixosFacts): string =>
  options.kubelet.hostname ?? node.name

/** The source loses the port where an address is advertised. */
export const apiserverUrl = ({ description, options, form }: NixosFacts): string => {
  const { advertiseAddress } = options.apiserver
  const port = `:${description.apiserverPort}`
  return advertiseAddress === null
    ? `https://${urlHost(description.masterAddress)}${port}`
    : `https://${urlHost({ kind: 'ip', value: advertiseAddress })}${form === 'verbatim' ? '' : port}`
}

const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** PATH of every unit. */
export const searchPath = ({ description, options }: NixosFacts): string => {
  const { kubernetesBinDirectory } = description.programs
  const own = kubernetesBinDirectory === undefined ? [] : [kubernetesBinDirectory]
  return [...new Set([...options.path, ...own, ...SYSTEM_PATH])].join(':')
}

export const runtimeUnit = ({ description }: NixosFacts): string =>
  `${description.containerRuntime.name}.service`

/** On a master everything comes after its own kube-apiserver. */
export const apiserverUnits = (facts: NixosFacts): readonly string[] =>
  runs(facts, 'apiserver') ? ['kube-apiserver.service'] : []
