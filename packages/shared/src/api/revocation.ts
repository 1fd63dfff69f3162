import * as v from 'valibot'
import { REVOCATION_REASON_NAMES } from '../revocation/index.ts'
import { base64url, shortText } from './fields.ts'
import type { Route } from './route.ts'

const reason = v.picklist(REVOCATION_REASON_NAMES)

/** One certificate, all of a node, or all of an identity (a fingerprint, or a node for its current one). */
export const revocationTarget = v.variant('kind', [
  v.strictObject({ kind: v.literal('serial'), serialNumber: shortText, issuer: v.optional(shortText) }),
  v.strictObject({ kind: v.literal('node'), node: shortText }),
  v.strictObject({ kind: v.literal('identity'), identity: shortText }),
])

export const revocationBody = v.strictObject({ target: revocationTarget, reason })

export const crlSummary = v.object({
  issuer: v.string(),
  number: v.number(),
  thisUpdate: v.string(),
  nextUpdate: v.string(),
  entries: v.number(),
  sha256: v.string(),
})

/** As many as an answer holds; `count` says how many there are. */
export const MAX_REVOKED_IN_REPLY = 1000

export const revocationReply = v.object({
  count: v.number(),
  revoked: v.array(
    v.object({
      issuer: v.string(),
      serialNumber: v.string(),
      profile: v.string(),
      node: v.nullable(v.string()),
      subject: v.string(),
      notAfter: v.string(),
      reason,
      revokedAt: v.string(),
      /** It had been revoked before; nothing was changed. */
      wasRevoked: v.boolean(),
    }),
  ),
  /** Ids of the tickets by which the node could have joined again; they are revoked too. */
  tickets: v.array(v.string()),
  /** The CRL that tells of it, per issuer; null with the reason where there is none yet. */
  publications: v.array(v.object({ issuer: v.string(), crl: v.nullable(crlSummary), failure: v.nullable(v.string()) })),
  ends: v.array(v.object({ where: v.string(), when: v.picklist(['now', 'handshake', 'time']), at: v.nullable(v.string()), because: v.string() })),
})

export const crlListReply = v.object({ crls: v.array(crlSummary) })

const offset = v.optional(v.pipe(v.string(), v.regex(/^\d{1,9}$/)), '0')

/** Octets of a DER from an offset on: a long list does not fit into one answer. */
export const crlPartReply = v.object({ crl: crlSummary, part: v.union([base64url(1 << 20), v.literal('')]), next: v.nullable(v.number()) })

export const revocationRoutes = {
  revoke: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/revocations', body: revocationBody, reply: revocationReply },
  crlList: { listener: 'operator', method: 'GET', path: '/v1/crls', reply: crlListReply },
  crlPart: { listener: 'operator', method: 'GET', path: '/v1/crls/:issuer', query: v.strictObject({ offset }), reply: crlPartReply },
} as const satisfies Record<string, Route>
