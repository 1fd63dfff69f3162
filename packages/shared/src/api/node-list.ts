import * as v from 'valibot'
import { ROLES } from '../cluster/index.ts'
import { instant, shortText } from './fields.ts'
import { pageQuery, pageReply } from './pagination.ts'
import type { Route } from './route.ts'

const nodeState = v.picklist(['joining', 'joined', 'quarantined', 'frozen', 'removed'])

export const nodeSummary = v.object({
  name: v.string(),
  role: v.string(),
  state: nodeState,
  /** Why, in words of whoever put it there; null if nobody did. */
  stateReason: v.nullable(v.string()),
  stateSince: v.nullable(v.string()),
  hosts: v.array(v.string()),
  clusterAdmin: v.boolean(),
  identityNotAfter: v.nullable(v.string()),
  lastSeenAt: v.nullable(v.string()),
})

/** All that are given must hold; without a state, removed ones are left out. */
export const nodeListQuery = v.strictObject({
  ...pageQuery,
  state: v.optional(nodeState),
  role: v.optional(v.picklist(ROLES)),
  /** The name begins with this. */
  prefix: v.optional(shortText),
  /** Not seen since then, or never. */
  notSeenSince: v.optional(instant),
})

export const nodeListReply = v.object({ nodes: v.array(nodeSummary), ...pageReply })

export const nodeListRoutes = {
  nodeList: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/nodes', query: nodeListQuery, reply: nodeListReply },
} as const satisfies Record<string, Route>
