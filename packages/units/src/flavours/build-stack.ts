import type { FlavourName } from '../description/index.ts'
import { fleetStack } from '../fleet/index.ts'
import { kubeaszStack } from '../kubeasz/index.ts'
import { kubeletWrapperStack } from '../kubelet-wrapper/index.ts'
import { buildNodeStack } from '../modern/index.ts'
import { nixosStack } from '../nixos/index.ts'
import type { BuildStack } from '../stack/index.ts'

const BUILDERS: Readonly<Record<FlavourName, BuildStack>> = {
  modern: buildNodeStack,
  nixos: nixosStack,
  fleet: fleetStack,
  kubeasz: kubeaszStack,
  'kubelet-wrapper': kubeletWrapperStack,
}

/** Every unit and configuration file of one node, but certificates and kubeconfigs. */
export const buildStack: BuildStack = (request) => BUILDERS[request.description.flavour](request)
