import * as v from 'valibot'
import { listQuery } from './fields.ts'
import type { Route } from './route.ts'

export const nodeSummary = v.object({
  name: v.string(),
  role: v.string(),
  state: v.picklist(['joining', 'joined']),
  hosts: v.array(v.string()),
  clusterAdmin: v.boolean(),
  identityNotAfter: v.nullable(v.string()),
  lastSeenAt: v.nullable(v.string()),
})

export const nodeListReply = v.object({ nodes: v.array(nodeSummary) })

export const nodeListRoutes = {
  nodeList: { listener: 'operator', method: 'GET', path: '/v1/nodes', query: listQuery, reply: nodeListReply },
} as const satisfies Record<string, Route>
