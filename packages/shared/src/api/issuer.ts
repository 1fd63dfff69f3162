import * as v from 'valibot'
import type { Route } from './route.ts'

export const issuerSummary = v.object({
  id: v.string(),
  purpose: v.string(),
  algorithm: v.string(),
  pin: v.string(),
  notAfter: v.string(),
  /** Subject of the self-signed CA at the top: its own, or another's. */
  root: v.string(),
  /** `file`, or the RFC 7512 URI of a key in a token. */
  keyLocation: v.string(),
})

export const issuerListReply = v.object({ issuers: v.array(issuerSummary) })

export const issuerRoutes = {
  issuerList: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/issuers', reply: issuerListReply },
} as const satisfies Record<string, Route>
