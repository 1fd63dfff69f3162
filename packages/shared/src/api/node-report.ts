import * as v from 'valibot'
import { MAX_NODE_HOSTS, nodeReportSchema } from '../node-report/index.ts'
import { shortText } from './fields.ts'
import { pageQuery, pageReply } from './pagination.ts'
import { members } from './restart-lease.ts'
import type { Route } from './route.ts'

export const nodeReportReply = v.object({
  /** applied: the node's hosts have changed, so it should ask anew; open: an operator decides. */
  change: v.picklist(['none', 'open', 'applied']),
  /** By component; left out for nodes that run none of which members must not restart together. */
  members: v.optional(v.record(v.string(), members)),
})

/** A change of addresses or names that waits for an operator. */
export const nodeChange = v.object({
  /** Of these very hosts: another change has another one. */
  id: v.string(),
  added: v.array(v.string()),
  gone: v.array(v.string()),
  /** What the node reported and may not have, and by which rule. */
  refused: v.array(v.object({ host: v.string(), rule: v.string() })),
  /** Why policy does not make it by itself. */
  why: v.string(),
  since: v.string(),
})

const changeId = v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/))
const hosts = v.pipe(v.array(shortText), v.maxLength(MAX_NODE_HOSTS))

/** What a node last told of itself, and what it asks for. */
export const nodeStanding = v.object({
  report: v.nullable(v.object({ receivedAt: v.string(), ...nodeReportSchema.entries })),
  change: v.nullable(nodeChange),
})

export type NodeStandingReply = v.InferOutput<typeof nodeStanding>

export const nodeChangeListReply = v.object({
  changes: v.array(v.object({ node: v.string(), role: v.string(), hosts: v.array(v.string()), ...nodeChange.entries })),
  ...pageReply,
})

/** Exactly what is approved: the change with this id, or these hosts of what is added. */
export const nodeApproveBody = v.strictObject({ change: v.optional(changeId), hosts: v.optional(hosts) })

export const nodeRejectBody = v.strictObject({ change: v.optional(changeId) })

/** All names and addresses beside the node's own name. */
export const nodeHostsBody = v.strictObject({ hosts })

export const nodeHostsReply = v.object({
  node: v.string(),
  before: v.array(v.string()),
  after: v.array(v.string()),
  /** Certificates that the node replaces by itself at its next contact. */
  affected: v.array(v.object({ profile: v.string(), issuer: v.string(), serialNumber: v.string(), notAfter: v.string() })),
})

export const nodeRejectReply = v.object({ node: v.string(), rejected: nodeChange })

export const nodeReportRoutes = {
  nodeReport: { listener: 'node', method: 'POST', path: '/v1/node/report', body: nodeReportSchema, reply: nodeReportReply },
  nodeChangeList: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/node-changes', query: v.strictObject(pageQuery), reply: nodeChangeListReply },
  nodeApprove: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/nodes/:name/approve', body: nodeApproveBody, reply: nodeHostsReply },
  nodeReject: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/nodes/:name/reject', body: nodeRejectBody, reply: nodeRejectReply },
  nodeHosts: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/nodes/:name/hosts', body: nodeHostsBody, reply: nodeHostsReply },
} as const satisfies Record<string, Route>
