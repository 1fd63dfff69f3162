import * as v from 'valibot'
import { LEASE_ENDS, LEASE_REFUSALS, leasedComponentSchema, leaseIdSchema } from '../restart-lease/index.ts'
import { instant, shortText } from './fields.ts'
import type { Route } from './route.ts'

const held = v.object({ component: v.string(), node: v.string(), takenAt: instant, expiresAt: instant })
const holder = v.object({ component: v.string(), node: v.string(), expiresAt: instant })

/** Who shares a guarded component with a node, for the time when the CA cannot be asked. */
export const members = v.array(v.object({ node: v.string(), address: v.nullable(v.string()) }))

/** Taking, and going on: the id says which lease is meant, and whoever repeats it gets the same one. */
const namedLease = v.strictObject({ component: leasedComponentSchema, lease: leaseIdSchema })

export const leaseTakeReply = v.variant('state', [
  v.object({ state: v.literal('granted'), expiresAt: instant, time: instant, members }),
  v.object({ state: v.literal('refused'), reason: v.picklist(LEASE_REFUSALS), holders: v.array(holder), time: instant, members }),
  v.object({ state: v.literal('ended'), how: v.picklist(LEASE_ENDS), time: instant, members }),
])

/** held: by this id until now; gone: it had ended, or was never taken. */
export const leaseReleaseReply = v.object({ was: v.picklist(['held', 'gone']) })

export const leaseListReply = v.object({ leases: v.array(held), time: instant })

export const leaseBreakBody = v.strictObject({
  component: leasedComponentSchema,
  node: shortText,
  reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
})

export const leaseBreakReply = v.object({ broken: held })

export const restartLeaseRoutes = {
  leaseTake: { listener: 'node', method: 'POST', path: '/v1/restart-leases', body: namedLease, reply: leaseTakeReply },
  leaseRelease: { listener: 'node', method: 'POST', path: '/v1/restart-leases/release', body: namedLease, reply: leaseReleaseReply },
  leaseList: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/restart-leases', reply: leaseListReply },
  leaseBreak: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/restart-leases/break', body: leaseBreakBody, reply: leaseBreakReply },
} as const satisfies Record<string, Route>
