import * as v from 'valibot'
import { clusterFactsSchema } from '../cluster/index.ts'
import { logReceiptSchema } from '../issuance-log/index.ts'
import { csr, instant, pem, shortText } from './fields.ts'
import { pageQuery, pageReply } from './pagination.ts'
import type { Route } from './route.ts'

export const adminCertificateBody = v.strictObject({
  csr,
  user: shortText,
  groups: v.pipe(v.array(shortText), v.maxLength(8)),
  ttl: shortText,
})

export const adminCertificateKept = v.object({
  certificate: pem,
  cluster: clusterFactsSchema,
  serverCa: pem,
})

export const adminCertificateReply = v.object({ ...adminCertificateKept.entries, log: logReceiptSchema })

const certificateStanding = v.picklist(['issued', 'expired', 'revoked', 'intended', 'abandoned'])

/** All that are given must hold; text is compared as it is, times are ISO 8601 in UTC. */
export const certificateListQuery = v.strictObject({
  ...pageQuery,
  node: v.optional(shortText),
  profile: v.optional(shortText),
  issuer: v.optional(shortText),
  state: v.optional(certificateStanding),
  /** The subject begins with this. */
  subject: v.optional(shortText),
  serial: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{2,40}$/))),
  requester: v.optional(shortText),
  expiresBefore: v.optional(instant),
  issuedSince: v.optional(instant),
})

export const certificateSummary = v.object({
  issuer: v.string(),
  serialNumber: v.string(),
  profile: v.string(),
  subject: v.string(),
  requester: v.string(),
  /** issued: good now; intended: may have been signed; abandoned: never answered. */
  state: certificateStanding,
  notBefore: v.string(),
  notAfter: v.string(),
})

export const certificateListReply = v.object({
  certificates: v.array(certificateSummary),
  ...pageReply,
})

export const certificateRoutes = {
  adminCertificate: {
    listener: 'operator',
    operatorCertificate: true,
    method: 'POST',
    path: '/v1/admin-certificates',
    body: adminCertificateBody,
    kept: adminCertificateKept,
    reply: adminCertificateReply,
  },
  certificateList: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/certificates', query: certificateListQuery, reply: certificateListReply },
} as const satisfies Record<string, Route>
