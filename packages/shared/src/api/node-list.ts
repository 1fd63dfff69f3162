import * as v from 'valibot'
import { pageQuery, pageReply } from './pagination.ts'
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

export const nodeListReply = v.object({ nodes: v.array(nodeSummary), ...pageReply })

export const nodeListRoutes = {
  nodeList: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/nodes', query: v.strictObject(pageQuery), reply: nodeListReply },
} as const satisfies Record<string, Route>
