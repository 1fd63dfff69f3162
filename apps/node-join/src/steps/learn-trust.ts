import type { NodeClient } from '@easycerts/adapters/ca-client'
import type { IdentityStore } from '@easycerts/adapters/identity-store'
import { followTrust, type TrustStore } from '@easycerts/adapters/trust-store'
import type { RouteReply } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import { type AcceptedTrust, bundlesOfTrust } from '@easycerts/shared/trust'
import { parseCertificatePem } from '@easycerts/shared/x509'

export interface TrustSource {
  readonly identity: IdentityStore
  readonly trust: TrustStore
  readonly client: Pick<NodeClient, 'trust'>
  /** Of the CA, in its last answer. */
  readonly time: string
  /** Name of the cluster. */
  readonly cluster: string
}

/** Walks to the newest trust document; undefined from a CA that has none. See `followTrust`. */
export const learnTrust = (source: TrustSource): Promise<AcceptedTrust | undefined> => {
  const anchorPem = source.identity.loadAnchor()
  if (anchorPem === undefined)
    throw new EasycertsError('ERR_NOT_JOINED', `${source.identity.directory} is not complete`)
  return followTrust({
    store: source.trust,
    ask: (after) => source.client.trust(after),
    first: () => ({
      anchor: parseCertificatePem(anchorPem),
      cluster: source.cluster,
      now: new Date(source.time),
    }),
  })
}

/** The answer with what the document says in the place of what nobody signed. */
export const withTrust = (
  reply: RouteReply<'node'>,
  trust: AcceptedTrust | undefined,
): RouteReply<'node'> => {
  if (!trust) return reply
  const { node } = trust.document.endpoints
  return {
    ...reply,
    endpoints: node.length > 0 ? node : reply.endpoints,
    trustBundles: bundlesOfTrust(trust.document),
  }
}
