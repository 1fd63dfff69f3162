import type { FlavourName } from '../description/index.ts'
import { fleetStack } from '../fleet/index.ts'
import { kubeletWrapperStack } from '../kubelet-wrapper/index.ts'
import { buildNodeStack } from '../modern/index.ts'
import { nixosStack } from '../nixos/index.ts'
import type { BuildStack } from '../stack/index.ts'

const BUILDERS: Partial<Readonly<Record<FlavourName, BuildStack>>> = {
  modern: buildNodeStack,
  fleet: fleetStack,
  'kubelet-wrapper': kubeletWrapperStack,
  nixos: nixosStack,
}

/** Every unit and configuration file of one node, but certificates and kubeconfigs. */
export const buildStack: BuildStack = (request) => {
  const build = BUILDERS[request.description.flavour]
  if (build === undefined) throw new TypeError(`no builder for ${request.description.flavour}`)
  return build(request)
}
