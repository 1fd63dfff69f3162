import type { FlavourName } from '../description/index.ts'
import { fleetStack } from '../fleet/index.ts'
import { kubeaszStack } from '../kubeasz/index.ts'
import { kubeletWrapperStack } from '../kubelet-wrapper/index.ts'
import { buildNodeStack } from '../modern/index.ts'
import { nixosStack } from '../nixos/index.ts'
import type { BuildStack } from '../stack/index.ts'
import { withEasycerts } from './with-easycerts.ts'

const BUILDERS: Readonly<Record<FlavourName, BuildStack>> = {
  modern: buildNodeStack,
  nixos: nixosStack,
  fleet: (request) => withEasycerts(request, fleetStack(request)),
  kubeasz: (request) => withEasycerts(request, kubeaszStack(request)),
  'kubelet-wrapper': (request) => withEasycerts(request, kubeletWrapperStack(request)),
}

/** Every unit and configuration file of one node, but certificates and kubeconfigs. */
export const buildStack: BuildStack = (request) => BUILDERS[request.description.flavour](request)
