import * as v from 'valibot'
import { headText, logReceiptSchema } from '../issuance-log/index.ts'
import { instant } from './fields.ts'
import type { Route } from './route.ts'

/** What a node kept of the log when it got its identity. */
export const identityAdoptBody = v.strictObject({
  entry: v.pipe(logReceiptSchema.entries.entry, v.maxLength(16_384)),
  inclusion: logReceiptSchema.entries.inclusion,
  head: headText,
})

export const identityAdoptReply = v.object({ adopted: v.literal(true), node: v.string() })

export const reconcileStatusReply = v.object({
  state: v.picklist(['none', 'open', 'ended']),
  /** Null in a store that was never restored. */
  restore: v.nullable(v.object({ since: instant, until: instant, backupAt: instant, previousEpoch: v.number() })),
  epoch: v.number(),
  adopted: v.array(v.object({ node: v.string(), fingerprint: v.string(), at: instant })),
  /** Nodes that have not called since the restore. */
  unseen: v.array(v.string()),
  /** False where the lists were too long and end early. */
  complete: v.boolean(),
})

export const reconcileEndBody = v.strictObject({})
export const reconcileEndReply = v.object({ endedAt: instant })

export const reconcileRoutes = {
  identityAdopt: { listener: 'node', method: 'POST', path: '/v1/identity/adopt', body: identityAdoptBody, reply: identityAdoptReply },
  reconcileStatus: { listener: 'operator', method: 'GET', path: '/v1/reconcile', reply: reconcileStatusReply },
  reconcileEnd: { listener: 'operator', method: 'POST', path: '/v1/reconcile/end', body: reconcileEndBody, reply: reconcileEndReply },
} as const satisfies Record<string, Route>
