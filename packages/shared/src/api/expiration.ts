import * as v from 'valibot'
import { instant } from './fields.ts'
import { pageQuery, pageReply } from './pagination.ts'
import type { Route } from './route.ts'

export const expirationListQuery = v.strictObject({ after: pageQuery.after })

/** A certificate that counts now. */
export const expirationItem = v.object({
  kind: v.picklist(['issuer', 'server', 'node', 'person']),
  /** Id of an issuer, name of a node, subject of all others. */
  name: v.string(),
  profile: v.string(),
  issuer: v.string(),
  serialNumber: v.string(),
  notBefore: instant,
  notAfter: instant,
})

export const expirationListReply = v.object({ items: v.array(expirationItem), ...pageReply })

export const expirationRoutes = {
  expirationList: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/expirations', query: expirationListQuery, reply: expirationListReply },
} as const satisfies Record<string, Route>
