import * as v from 'valibot'
import { REVOCATION_REASON_NAMES } from '../revocation/index.ts'
import { certificateSummary } from './certificate.ts'
import { base64url, shortText } from './fields.ts'
import { logEntry } from './log.ts'
import { nodeSummary } from './node-list.ts'
import { nodeStanding } from './node-report.ts'
import { revocationReply } from './revocation.ts'
import type { Route } from './route.ts'
import { ticketCreateReply, ticketSummary } from './ticket.ts'

const reason = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200))

export const nodeIdentity = v.object({
  fingerprint: v.string(),
  serialNumber: v.string(),
  /** pending, current, retired by its own successor, superseded by another key, ended by an operator. */
  state: v.string(),
  keyPin: v.string(),
  /** The ticket it came by; null after a renewal. */
  ticketId: v.nullable(v.string()),
  issuedAt: v.string(),
  notAfter: v.string(),
  changedAt: v.nullable(v.string()),
  revokedAt: v.nullable(v.string()),
})

/** All that is known of a node; the lists of certificates, tickets and entries are the newest. */
export const nodeShowReply = v.object({
  ...nodeSummary.entries,
  identities: v.array(nodeIdentity),
  certificates: v.array(certificateSummary),
  tickets: v.array(ticketSummary),
  events: v.array(logEntry),
  ...nodeStanding.entries,
})

/** What the CA cannot do for the cluster. */
const clusterStep = v.object({ command: v.string(), because: v.string() })

export const nodeQuarantineBody = v.strictObject({
  reason,
  /** Revokes all that the node holds too, for this reason. */
  revoke: v.optional(v.picklist(REVOCATION_REASON_NAMES)),
})

export const nodeQuarantineReply = v.object({
  node: nodeSummary,
  /** It was quarantined before; reason and time are those of then. */
  wasQuarantined: v.boolean(),
  /** Ids of the tickets that are revoked with it. */
  tickets: v.array(v.string()),
  /** When the last of its certificates ends that is not revoked. */
  runsUntil: v.nullable(v.string()),
  revocation: v.nullable(revocationReply),
  steps: v.array(clusterStep),
})

/** The line itself is made by the command: the server never sees the seed. */
export const nodeRecoverBody = v.strictObject({ ttl: shortText, publicKey: base64url(128) })

export const nodeRemoveBody = v.strictObject({ reason })

export const nodeRemoveReply = v.object({ node: nodeSummary, revocation: revocationReply, steps: v.array(clusterStep) })

export const nodeStateRoutes = {
  nodeShow: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/nodes/:name', reply: nodeShowReply },
  nodeQuarantine: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/nodes/:name/quarantine', body: nodeQuarantineBody, reply: nodeQuarantineReply },
  nodeRecover: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/nodes/:name/recover', body: nodeRecoverBody, reply: ticketCreateReply },
  nodeRemove: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/nodes/:name/remove', body: nodeRemoveBody, reply: nodeRemoveReply },
} as const satisfies Record<string, Route>
