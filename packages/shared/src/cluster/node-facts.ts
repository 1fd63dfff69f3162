import * as v from 'valibot'
import { LAYOUT_NAMES } from './layout-name.ts'
import { ROLES } from './role.ts'

/** What the CA's records say of one node; the node itself cannot change it. */
export const nodeFactsSchema = v.object({
  name: v.string(),
  role: v.picklist(ROLES),
  /** Addresses and further DNS names that its serving certificates carry. */
  hosts: v.array(v.object({ kind: v.picklist(['dns', 'ip']), value: v.string() })),
  clusterAdmin: v.boolean(),
  /** Where its files stand; left out for `easycerts`. */
  layout: v.optional(v.picklist(LAYOUT_NAMES)),
})

/** Octets of UTF-16; some hundred masters with all their settings. */
const MOST_DESCRIPTION = 131_072

/** What the operator wrote of the cluster as far as one node needs it: JSON of `units`. */
export const nodeDescriptionSchema = v.pipe(v.string(), v.maxLength(MOST_DESCRIPTION))

export type NodeFacts = v.InferOutput<typeof nodeFactsSchema>
