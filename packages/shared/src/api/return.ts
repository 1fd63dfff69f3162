import * as v from 'valibot'
import { base64url, csr } from './fields.ts'
import { certificateKept, firstReceipt } from './node.ts'
import type { Route } from './route.ts'

/** Good once, on the connection that it was asked for over. */
export const returnNonceReply = v.object({ nonce: v.string() })

export const identityReturnBody = v.strictObject({
  /** SHA-256 of the expired certificate's DER. */
  identity: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  csr,
  /** Over the return statement, by the expired identity's key; that of RSA-4096 is the longest. */
  signature: base64url(700),
})

/** A pending successor, to be confirmed over itself like that of any renewal. */
export const identityReturnReply = v.object({ ...certificateKept.entries, log: firstReceipt })

export const returnRoutes = {
  returnNonce: { listener: 'join', method: 'POST', path: '/v1/return/nonce', body: v.strictObject({}), reply: returnNonceReply },
  identityReturn: { listener: 'join', method: 'POST', path: '/v1/return', body: identityReturnBody, kept: certificateKept, reply: identityReturnReply },
} as const satisfies Record<string, Route>
