import * as v from 'valibot'
import { ROLES } from './role.ts'

/** What the CA's records say of one node; the node itself cannot change it. */
export const nodeFactsSchema = v.object({
  name: v.string(),
  role: v.picklist(ROLES),
  /** Addresses and further DNS names that its serving certificates carry. */
  hosts: v.array(v.object({ kind: v.picklist(['dns', 'ip']), value: v.string() })),
  clusterAdmin: v.boolean(),
})

export type NodeFacts = v.InferOutput<typeof nodeFactsSchema>
