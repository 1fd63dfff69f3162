import { urlHost } from '@easycerts/shared/cluster'
import {
  type ClusterDescription,
  type ComponentName,
  type DescribedNode,
  fleetOptions,
  type FleetOptions,
} from '../description/index.ts'
import type { StackRequest } from '../stack/index.ts'
import * as v from 'valibot'

/** The description as the builders of this flavour see it: every option is there. */
export interface FleetFacts {
  readonly description: ClusterDescription
  readonly node: DescribedNode
  readonly options: FleetOptions
  readonly verbatim: boolean
  /** Where downloaded programs go. */
  readonly programs: string
  readonly port: number
  readonly services: string
  /** What /etc/leader says: a bare host, for the units put `http://` before and the port behind it. */
  readonly leaderEndpoint: string
}

export const fleetFacts = ({ description, node, verbatim = false }: StackRequest): FleetFacts => {
  const options = description.fleet ?? v.parse(fleetOptions, {})
  return {
    description,
    node,
    options,
    verbatim,
    programs: description.programs.kubernetesBinDirectory ?? '/opt/bin',
    port: description.apiserverPort,
    services: description.networks.services[0] ?? '',
    leaderEndpoint: options.leaderEndpoint ?? urlHost(description.masterAddress),
  }
}

/** Fleet places no kubelet beside kube-apiserver, unless it is asked to. */
export const runs = ({ node, options, verbatim }: FleetFacts, component: ComponentName): boolean =>
  node.components.has(component) &&
  (component !== 'kubelet' ||
    verbatim ||
    options.separation === 'none' ||
    !node.components.has('apiserver'))
