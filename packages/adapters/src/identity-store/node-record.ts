import { parseJson } from '@easycerts/shared/encoding'
import {
  clusterFactsSchema,
  nodeDescriptionSchema,
  nodeFactsSchema,
} from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import * as v from 'valibot'

/** What the join learned beside the identity, kept up to date by certmgr. */
export const nodeRecordSchema = v.strictObject({
  version: v.literal(1),
  /** Of the ticket that this identity goes back to. */
  ticketId: v.string(),
  node: nodeFactsSchema,
  cluster: clusterFactsSchema,
  /** URLs of the mutual-TLS listeners. */
  endpoints: v.array(v.string()),
  description: v.optional(nodeDescriptionSchema),
})

export type NodeRecord = v.InferOutput<typeof nodeRecordSchema>

export const formatNodeRecord = (record: NodeRecord): string =>
  `${JSON.stringify(record, null, 2)}\n`

/** ERR_CONFIG_INVALID for a file that is there and is none. */
export const parseNodeRecord = (path: string, text: string | undefined): NodeRecord | undefined => {
  if (text === undefined) return undefined
  const parsed = v.safeParse(nodeRecordSchema, parseJson(text))
  if (parsed.success) return parsed.output
  throw new EasycertsError('ERR_CONFIG_INVALID', `${path} is no record of a join`, {
    hint: 'join the node again with a new ticket',
  })
}
