import * as v from 'valibot'
import { logReceiptSchema } from '../issuance-log/index.ts'
import { csr, pem, shortText } from './fields.ts'
import { pageQuery, pageReply } from './pagination.ts'
import type { Route } from './route.ts'

export const certificateIssueBody = v.strictObject({
  profile: shortText,
  csr,
  /** On whose behalf: a node of the records. */
  node: v.optional(shortText),
  /** For profiles of persons. */
  user: v.optional(shortText),
  groups: v.pipe(v.array(shortText), v.maxLength(8)),
  ttl: v.optional(shortText),
})

export const certificateIssueKept = v.object({
  /** With the chain that its verifiers may need. */
  certificate: pem,
  /** The CA that issued it, up to the root. */
  authorities: pem,
  issuer: v.string(),
  serialNumber: v.string(),
  subject: v.string(),
  fingerprint: v.string(),
  notAfter: v.string(),
})

export const certificateIssueReply = v.object({ ...certificateIssueKept.entries, log: logReceiptSchema })

/** Everything that the records say of one certificate. */
export const certificateDetails = v.object({
  issuer: v.string(),
  serialNumber: v.string(),
  profile: v.string(),
  subject: v.string(),
  names: v.array(v.string()),
  node: v.nullable(v.string()),
  requester: v.string(),
  state: v.picklist(['issued', 'expired', 'revoked', 'intended', 'abandoned']),
  notBefore: v.string(),
  notAfter: v.string(),
  intendedAt: v.string(),
  issuedAt: v.nullable(v.string()),
  revokedAt: v.nullable(v.string()),
  revocationReason: v.nullable(v.string()),
  keyPin: v.string(),
  fingerprint: v.nullable(v.string()),
  /** When nodes are told to renew it; null for what they do not renew. */
  renewal: v.nullable(v.object({ start: v.string(), end: v.string(), reason: v.nullable(v.string()) })),
  /** Its number in the issuance log. */
  logEntry: v.nullable(v.number()),
  certificate: v.nullable(pem),
})

const serialNumber = v.pipe(v.string(), v.regex(/^[0-9a-f]{2,40}$/))

export const certificateShowQuery = v.strictObject({ serial: serialNumber, issuer: v.optional(shortText) })

export const certificateFindQuery = v.strictObject({
  /** SHA-256 of the DER. */
  fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  after: pageQuery.after,
})

export const certificateFindReply = v.object({
  found: v.nullable(v.object({ issuer: v.string(), serialNumber: v.string() })),
  ...pageReply,
})

export const certificateIssueRoutes = {
  certificateIssue: { listener: 'operator', method: 'POST', path: '/v1/certificates/issue', body: certificateIssueBody, kept: certificateIssueKept, reply: certificateIssueReply },
  certificateShow: {
    listener: 'operator',
    operatorCertificate: true,
    method: 'GET',
    path: '/v1/certificates/show',
    query: certificateShowQuery,
    reply: v.object({ certificates: v.array(certificateDetails) }),
  },
  certificateFind: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/certificates/find', query: certificateFindQuery, reply: certificateFindReply },
} as const satisfies Record<string, Route>
