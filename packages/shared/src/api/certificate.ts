import * as v from 'valibot'
import { clusterFactsSchema } from '../cluster/index.ts'
import { csr, listQuery, pem, shortText } from './fields.ts'
import type { Route } from './route.ts'

export const adminCertificateBody = v.strictObject({
  csr,
  user: shortText,
  groups: v.pipe(v.array(shortText), v.maxLength(8)),
  ttl: shortText,
})

export const adminCertificateReply = v.object({
  certificate: pem,
  cluster: clusterFactsSchema,
  serverCa: pem,
})

export const certificateSummary = v.object({
  issuer: v.string(),
  serialNumber: v.string(),
  profile: v.string(),
  subject: v.string(),
  requester: v.string(),
  state: v.picklist(['intended', 'issued', 'abandoned']),
  notBefore: v.string(),
  notAfter: v.string(),
})

export const certificateListReply = v.object({ certificates: v.array(certificateSummary) })

export const certificateRoutes = {
  adminCertificate: { listener: 'operator', method: 'POST', path: '/v1/admin-certificates', body: adminCertificateBody, reply: adminCertificateReply },
  certificateList: { listener: 'operator', method: 'GET', path: '/v1/certificates', query: listQuery, reply: certificateListReply },
} as const satisfies Record<string, Route>
