import * as v from 'valibot'
import { headText } from '../issuance-log/index.ts'
import { base64url, instant, shortText } from './fields.ts'
import { pageQuery, pageReply } from './pagination.ts'
import type { Route } from './route.ts'

/** Request header with the highest head that the caller has seen, its text as base64url. */
export const LOG_HEAD_HEADER = 'easycerts-log-head'

export const MAX_LOG_HEAD_CHARACTERS = 2048

/** All that are given must hold; newest entries first. */
export const logQuery = v.strictObject({
  ...pageQuery,
  kind: v.optional(shortText),
  actor: v.optional(shortText),
  node: v.optional(shortText),
  serial: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{2,40}$/))),
  since: v.optional(instant),
  until: v.optional(instant),
})

export const logEntry = v.object({
  sequence: v.number(),
  at: v.string(),
  kind: v.string(),
  actor: v.string(),
  origin: v.nullable(v.object({ via: v.string(), address: v.nullable(v.string()) })),
  body: v.record(v.string(), v.unknown()),
})

export const logReply = v.object({ entries: v.array(logEntry), ...pageReply })

const count = v.pipe(v.string(), v.regex(/^(0|[1-9]\d{0,14})$/))
const hashes = v.array(v.string())

export const logHeadReply = v.object({ head: headText, publicKey: base64url(128) })
export const logProofReply = v.object({ hashes })

const logConsistencyQuery = v.strictObject({ from: count, to: count })
const logInclusionQuery = v.strictObject({ index: count, size: count })

export const logRoutes = {
  log: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/log', query: logQuery, reply: logReply },
  logHead: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/log/head', reply: logHeadReply },
  logConsistency: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/log/proof/consistency', query: logConsistencyQuery, reply: logProofReply },
  logInclusion: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/log/proof/inclusion', query: logInclusionQuery, reply: logProofReply },
  nodeLogHead: { listener: 'node', method: 'GET', path: '/v1/node/log/head', reply: logHeadReply },
  nodeLogConsistency: { listener: 'node', method: 'GET', path: '/v1/node/log/proof/consistency', query: logConsistencyQuery, reply: logProofReply },
  nodeLogInclusion: { listener: 'node', method: 'GET', path: '/v1/node/log/proof/inclusion', query: logInclusionQuery, reply: logProofReply },
} as const satisfies Record<string, Route>
