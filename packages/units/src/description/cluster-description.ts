import type { Host, NodeName } from '@easycerts/shared/cluster'
import type { ComponentName, NodeRole } from './component-name.ts'
import type { DescriptionFile } from './description-file.ts'
import type { LayoutName } from './layout-name.ts'
import type { Release } from '../release/index.ts'

declare const checkedBrand: unique symbol

/** A cluster of which everything is known and nothing contradicts; `parseDescription` makes it. */
export type ClusterDescription = ResolvedDescription & { readonly [checkedBrand]: true }

export interface ResolvedDescription extends Omit<
  DescriptionFile,
  | 'kubernetesVersion'
  | 'networks'
  | 'masterAddress'
  | 'apiserverPort'
  | 'nodes'
  | 'without'
  | 'containerRuntime'
  | 'cni'
  | 'layout'
> {
  readonly release: Release
  readonly networks: Networks
  readonly masterAddress: Host
  readonly apiserverPort: number
  readonly nodes: readonly DescribedNode[]
  readonly containerRuntime: {
    readonly name: 'containerd' | 'docker' | 'rkt'
    readonly version?: string
  }
  readonly cni: 'flannel' | 'calico' | 'bridge' | 'none'
  readonly layout: LayoutName
}

/** One range per family, the primary one first. */
export interface Networks {
  readonly services: readonly string[]
  readonly pods: readonly string[]
  readonly dns: string
}

export interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
}

export interface DescribedNode {
  readonly name: NodeName
  readonly roles: readonly NodeRole[]
  readonly addresses: readonly string[]
  readonly names: readonly Host[]
  /** What runs on it: of its roles, and as switched one by one. */
  readonly components: ReadonlySet<ComponentName>
  /** Those that its roles bring among them. */
  readonly taints: readonly Taint[]
  readonly labels: Readonly<Record<string, string>>
  readonly unschedulable: boolean
}
