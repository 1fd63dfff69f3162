import { parseReply } from '@easycerts/shared/api'
import { type Duration, seconds } from '@easycerts/shared/time'
import { callHttp } from './http-call.ts'
import { type ClientIdentity, createNodeConnections } from './node-connections.ts'
import type { OperatorClient } from './operator-client.ts'
import { httpCallOf } from './route-call.ts'

export interface RemoteOperatorOptions {
  /** URL of a mutual-TLS listener. */
  readonly endpoint: string
  /** The enrolment CA: nobody else vouches for the server. */
  readonly anchorPem: string
  /** An operator certificate and its key. */
  readonly identity: ClientIdentity
  /** Of one call. */
  readonly timeout?: Duration
}

/**
 * Talks to a ca-server from afar. Routes that are for the CA host alone answer with
 * ERR_REQUESTER_NOT_PERMITTED; other failures are those of `callHttp`.
 */
export const createRemoteOperatorClient = ({
  endpoint,
  anchorPem,
  identity,
  timeout = seconds(30),
}: RemoteOperatorOptions): OperatorClient => {
  const connections = createNodeConnections({ anchorPem, identity: () => identity })
  return {
    call: async (name, options) => {
      const { signal } = options
      const limits = { timeout, ...(signal ? { signal } : {}) }
      const call = httpCallOf(name, options)
      return parseReply(name, await callHttp(connections.to(endpoint), call, limits))
    },
  }
}
