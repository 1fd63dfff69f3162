import type { FlavourName } from '../description/index.ts'
import { fleetStack } from '../fleet/index.ts'
import { kubeaszStack } from '../kubeasz/index.ts'
import { kubeletWrapperStack } from '../kubelet-wrapper/index.ts'
import type { BuildStack } from '../stack/index.ts'
import { modernStack } from './modern-stack.ts'

const BUILDERS: Partial<Readonly<Record<FlavourName, BuildStack>>> = {
  modern: modernStack,
  fleet: fleetStack,
  kubeasz: kubeaszStack,
  'kubelet-wrapper': kubeletWrapperStack,
}

/** Every unit and configuration file of one node, but certificates and kubeconfigs. */
export const buildStack: BuildStack = (request) => {
  const build = BUILDERS[request.description.flavour]
  if (build === undefined) throw new TypeError(`no builder for ${request.description.flavour}`)
  return build(request)
}
