import * as v from 'valibot'
import { nixosOptions } from './nixos-options.ts'

/** What only one flavour asks; a description holds the section of its own flavour alone. */
export const flavourOptions = {
  nixos: v.optional(nixosOptions),
  fleet: v.optional(v.strictObject({})),
  kubeasz: v.optional(v.strictObject({})),
  kubeletWrapper: v.optional(v.strictObject({})),
  modern: v.optional(v.strictObject({})),
}
