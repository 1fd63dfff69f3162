import * as v from 'valibot'
import { modernOptions } from './modern-options.ts'

/** What only one flavour asks; a description holds the section of its own flavour alone. */
export const flavourOptions = {
  nixos: v.optional(v.strictObject({})),
  fleet: v.optional(v.strictObject({})),
  kubeasz: v.optional(v.strictObject({})),
  kubeletWrapper: v.optional(v.strictObject({})),
  modern: v.optional(modernOptions),
}
