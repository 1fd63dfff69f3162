import * as v from 'valibot'
import { fleetOptions } from './fleet-options.ts'
import { kubeaszOptions } from './kubeasz-options.ts'
import { kubeletWrapperOptions } from './kubelet-wrapper-options.ts'
import { modernOptions } from './modern-options.ts'
import { nixosOptions } from './nixos-options.ts'

/** What only one flavour asks; a description holds the section of its own flavour alone. */
export const flavourOptions = {
  nixos: v.optional(nixosOptions),
  fleet: v.optional(fleetOptions),
  kubeasz: v.optional(kubeaszOptions),
  kubeletWrapper: v.optional(kubeletWrapperOptions),
  modern: v.optional(modernOptions),
}
