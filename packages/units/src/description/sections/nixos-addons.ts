import * as v from 'valibot'
import { image } from './modern-options.ts'
import { flag, optionalFile } from './nixos-values.ts'

const MOST_COREFILE = 16_384

/** services.kubernetes.addons.dns; its address and domain are those of the cluster. */
const dns = v.strictObject({
  enable: flag(false),
  replicas: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 2),
  /** EnsureExists: what somebody has changed in the cluster stays so. */
  reconcileMode: v.optional(v.picklist(['Reconcile', 'EnsureExists']), 'Reconcile'),
  image: v.optional(image, 'coredns/coredns:1.3.1'),
  /** The archive of that image, which each node loads; null: nodes pull it. */
  imageArchive: optionalFile,
  /** In the place of NixOS's own. */
  corefile: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(MOST_COREFILE))),
})

export const nixosAddons = v.strictObject({ dns: v.optional(dns, {}) })
