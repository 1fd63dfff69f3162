import { parseReply, type RouteBody, type RouteName, type RouteReply } from '@easycerts/shared/api'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import type { SignedHead } from '@easycerts/shared/issuance-log'
import type { Duration } from '@easycerts/shared/time'
import type { LogWitness } from '../log-witness/index.ts'
import { callHttp } from './http-call.ts'
import { type ClientIdentity, createNodeConnections } from './node-connections.ts'
import { askRenewalInformation, type RenewalInformation } from './renewal-information.ts'
import { type CallOptions, type HttpCall, httpCallOf } from './route-call.ts'
import { createWitnessedCalls } from './witnessed-calls.ts'

export interface NodeClientOptions {
  /** URLs of the mutual-TLS listeners; tried in order, from the one that answered last. */
  readonly endpoints: readonly string[]
  /** The enrolment CA: nobody else vouches for the server. */
  readonly anchorPem: string
  /** Asked before every call: a confirmation goes over the new certificate. */
  readonly identity: () => ClientIdentity
  /** Of one call at one endpoint. */
  readonly timeout: Duration
  readonly signal?: AbortSignal
  /** Holds every answer to the log of the CA that this node has seen. */
  readonly witness: LogWitness
}

export interface NodeClient {
  node(): Promise<RouteReply<'node'>>
  /** PEM of a certificate of this profile for the key that signed the request; it is in the log. */
  certificate(profile: string, csr: string): Promise<string>
  /** PEM of the pending identity; the same key gets the same certificate again. */
  renewIdentity(csr: string): Promise<string>
  /** Makes the identity that this very call shows the current one. Idempotent. */
  confirmIdentity(): Promise<void>
  /** After a restore of the CA: proves that it issued this identity. Idempotent. */
  adoptIdentity(proof: RouteBody<'identityAdopt'>): Promise<void>
  /** When the CA wants the certificates with these ids (RFC 9773) renewed; those it does not know are left out. */
  renewalInformation(ids: readonly string[]): Promise<RenewalInformation>
  /** Versions of the trust document after this one, in their order. */
  trust(after: number): Promise<RouteReply<'trust'>>
  /** Tells the public key (PEM) that verifies the tokens which this master signs. Idempotent. */
  shareServiceAccountKey(publicKey: string): Promise<void>
  /** Tells what the node is and has; see `nodeReportSchema`. */
  report(report: RouteBody<'nodeReport'>): Promise<RouteReply<'nodeReport'>>
  /** Takes a lease for a restart, or lets the one with this id go on. Idempotent. */
  takeLease(lease: RouteBody<'leaseTake'>): Promise<RouteReply<'leaseTake'>>
  /** Gives it back. Idempotent. */
  releaseLease(lease: RouteBody<'leaseRelease'>): Promise<void>
  /** Closes idle connections; the client can still be used. */
  close(): void
}

type NodeRoute =
  | 'node'
  | 'certificate'
  | 'identityRenew'
  | 'identityConfirm'
  | 'identityAdopt'
  | 'renewalInformation'
  | 'nodeReport'
  | 'nodeLogConsistency'
  | 'trust'
  | 'serviceAccountKey'
  | 'leaseTake'
  | 'leaseRelease'

/** The CA's listener for nodes. Failures are those of `callHttp`, of the last endpoint tried. */
export const createNodeClient = (options: NodeClientOptions): NodeClient => {
  const connections = createNodeConnections(options)
  let preferred = 0
  const send = async (call: HttpCall): Promise<unknown> => {
    const { endpoints, timeout, signal } = options
    const limits = { timeout, ...(signal ? { signal } : {}) }
    const failures: EasycertsError[] = []
    for (let turn = 0; turn < endpoints.length; turn++) {
      const index = (preferred + turn) % endpoints.length
      try {
        const reply = await callHttp(connections.to(endpoints[index] ?? ''), call, limits)
        preferred = index
        return reply
      } catch (error) {
        if (!isEasycertsError(error) || !error.retry) throw error
        failures.push(error)
      }
    }
    throw failureOf(failures)
  }
  const call = async <Name extends NodeRoute & RouteName>(
    name: Name,
    given: CallOptions<Name>,
    shown?: SignedHead,
  ): Promise<RouteReply<Name>> =>
    parseReply(name, await send({ ...httpCallOf(name, given), logHead: shown?.text }))
  const { askNode, issue } = createWitnessedCalls(call, options.witness)
  return {
    node: askNode,
    certificate: async (profile, csr) =>
      (await issue('certificate', { body: { profile, csr } })).certificate,
    renewIdentity: async (csr) => {
      const { certificate, fingerprint, log } = await issue('identityRenew', { body: { csr } })
      await options.witness.keep(fingerprint, log)
      return certificate
    },
    confirmIdentity: async () => {
      const { confirmed } = await call('identityConfirm', { body: {} })
      if (!confirmed)
        throw new EasycertsError('ERR_CA_REPLY_INVALID', 'the CA did not confirm the identity')
    },
    adoptIdentity: async ({ entry, inclusion, head }) => {
      await call('identityAdopt', { body: { entry, inclusion, head } })
    },
    renewalInformation: (ids) =>
      askRenewalInformation(ids, (query) => call('renewalInformation', { query })),
    trust: (after) => call('trust', { query: { after: String(after) } }),
    shareServiceAccountKey: async (publicKey) => {
      await call('serviceAccountKey', { body: { publicKey } })
    },
    report: (body) => call('nodeReport', { body }),
    takeLease: (body) => call('leaseTake', { body }),
    releaseLease: async (body) => {
      await call('leaseRelease', { body })
    },
    close: () => connections.close(),
  }
}

const failureOf = (failures: readonly EasycertsError[]): EasycertsError => {
  const [first, second] = failures
  if (first && !second) return first
  if (!first) return new EasycertsError('ERR_CA_UNREACHABLE', 'no endpoint of the CA is known')
  const { code, retryAfter } = first
  return new EasycertsError(code, failures.map(({ message }) => message).join('; '), {
    ...(retryAfter === undefined ? {} : { retryAfter }),
  })
}
