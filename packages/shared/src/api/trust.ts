import * as v from 'valibot'
import { signedTrustSchema } from '../trust/index.ts'
import { pem } from './fields.ts'
import type { Route } from './route.ts'

/** A page ends here, or at fewer versions that are large. */
export const MAX_TRUST_PAGE = 50

const trustQuery = v.strictObject({ after: v.pipe(v.string(), v.regex(/^(0|[1-9]\d{0,14})$/)) })

export const trustReply = v.object({
  /** Those after the one asked for, in order. */
  documents: v.pipe(v.array(signedTrustSchema), v.maxLength(MAX_TRUST_PAGE)),
  /** Number of the newest version; 0 if there is none. */
  latest: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
})

export const serviceAccountKeyBody = v.strictObject({ publicKey: v.pipe(pem, v.maxLength(2048)) })

export const serviceAccountKeyReply = v.object({
  /** What the trust document calls the key, and the version that lists it. */
  id: v.string(),
  trustVersion: v.number(),
})

export const trustRoutes = {
  trust: { listener: 'node', method: 'GET', path: '/v1/trust', query: trustQuery, reply: trustReply },
  trustChain: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/trust/chain', query: trustQuery, reply: trustReply },
  serviceAccountKey: { listener: 'node', method: 'POST', path: '/v1/service-account-key', body: serviceAccountKeyBody, reply: serviceAccountKeyReply },
} as const satisfies Record<string, Route>
