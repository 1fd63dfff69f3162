import * as v from 'valibot'
import { instant, shortText } from './fields.ts'
import type { Route } from './route.ts'

const reason = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200))

/** open: it listens; closed: an operator shut it; off: ca-server.yaml gives it no port. */
const door = v.object({
  state: v.picklist(['open', 'closed', 'off']),
  address: v.nullable(shortText),
  port: v.number(),
  /** Who shut it, when and why; null unless somebody did. */
  closed: v.nullable(v.object({ at: instant, by: v.string(), reason: v.string() })),
})

/** What one row of ca-server.yaml says of a key. */
const row = v.object({
  profiles: v.array(v.string()),
  /** 'nodes', 'any', or names of subjects. */
  subjects: v.array(v.string()),
  networks: v.array(v.string()),
  controlPlaneNames: v.boolean(),
  until: v.nullable(v.string()),
  hasEnded: v.boolean(),
})

/** Who asked last with which key, and for whom. */
const use = v.object({
  key: v.string(),
  address: v.string(),
  commonName: v.string(),
  lastAt: instant,
  count: v.number(),
  /** The node of this name has joined since: what it still asks for is its old certmgr's. */
  hasJoined: v.boolean(),
})

export const legacyStatusReply = v.object({
  door,
  switches: v.array(v.string()),
  keys: v.array(v.object({ name: v.string(), rows: v.array(row) })),
  uses: v.array(use),
  /** Nodes with an identity of ours. */
  joined: v.array(v.string()),
  time: instant,
})

export const legacyChangeBody = v.strictObject({ reason })

export const legacyDoorRoutes = {
  legacyStatus: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/legacy', reply: legacyStatusReply },
  legacyClose: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/legacy/close', body: legacyChangeBody, reply: v.object({ door }) },
  legacyOpen: { listener: 'operator', method: 'POST', path: '/v1/legacy/open', body: legacyChangeBody, reply: v.object({ door }) },
} as const satisfies Record<string, Route>
