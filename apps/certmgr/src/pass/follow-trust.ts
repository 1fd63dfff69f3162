import type { NodeClient } from '@easycerts/adapters/ca-client'
import { followTrust } from '@easycerts/adapters/trust-store'
import type { RouteReply } from '@easycerts/shared/api'
import { type AcceptedTrust, listsServiceAccountKey } from '@easycerts/shared/trust'
import { parseCertificatePem } from '@easycerts/shared/x509'
import { findServiceAccountKey } from '../disk/index.ts'
import { bundlesFor, readKnownTrust, type TrustBundles, writeKnownTrust } from '../state/index.ts'
import type { CertmgrContext, Memory, Session } from './certmgr-context.ts'
import { recordFailure, recordSuccess } from './record-outcome.ts'

/** What the CA told of the cluster, from its trust document if it has one. */
export interface LearnedTrust {
  readonly endpoints: readonly string[]
  readonly bundles: TrustBundles
}

/**
 * Walks the trust document to its newest version, which is durable before anything is made of it.
 * An older CA has none, and its unsigned bundles are taken, by a node that never knew another.
 */
export const learnTrust = async (
  context: CertmgrContext,
  memory: Memory,
  session: Session,
  { client, reply }: { readonly client: NodeClient; readonly reply: RouteReply<'node'> },
): Promise<LearnedTrust> => {
  const walked = await walk(context, session, client)
  const isShared = await shareServiceAccountKey(context, memory, { client, reply, trust: walked })
  const trust = isShared ? await walk(context, session, client) : walked
  if (!trust) await keepTold(context, reply.trustBundles)
  const ownKey = findServiceAccountKey(context.place)
  return {
    endpoints: trust?.document.endpoints.node ?? reply.endpoints,
    bundles: bundlesFor(trust?.document, reply.trustBundles, ownKey),
  }
}

const keepTold = async ({ paths }: CertmgrContext, bundles: TrustBundles): Promise<void> => {
  if (JSON.stringify(bundles) !== JSON.stringify(readKnownTrust(paths.trust)))
    await writeKnownTrust(paths.trust, bundles)
}

const walk = async (
  { trust: store, clock, log }: CertmgrContext,
  { anchorPem, record }: Session,
  client: NodeClient,
): Promise<AcceptedTrust | undefined> => {
  const before = store.load().trust
  const trust = await followTrust({
    store,
    ask: (after) => client.trust(after),
    first: () => ({
      anchor: parseCertificatePem(anchorPem),
      cluster: record.cluster.name,
      now: clock(),
    }),
  })
  if (trust && trust.document.version !== before?.document.version) {
    const { version, epoch } = trust.document
    log.info('trust document accepted', { version, epoch, from: before?.document.version ?? 0 })
  }
  return trust
}

const NAME = 'service-account'

/** Whether this master has told the CA its public key, which all masters are to learn. */
const shareServiceAccountKey = async (
  context: CertmgrContext,
  memory: Memory,
  told: {
    readonly client: NodeClient
    readonly reply: RouteReply<'node'>
    readonly trust: AcceptedTrust | undefined
  },
): Promise<boolean> => {
  const ownKey = findServiceAccountKey(context.place)
  const isWanted = told.reply.node.role === 'master' && ownKey !== undefined && told.trust
  if (!isWanted || listsServiceAccountKey(told.trust.document, ownKey)) return false
  const now = context.clock()
  if ((memory.attempts.get(NAME)?.nextAttemptAt ?? now) > now) return false
  try {
    await told.client.shareServiceAccountKey(ownKey)
    recordSuccess(context, memory, NAME, { message: 'service-account key told', fields: {} })
    return true
  } catch (error) {
    recordFailure(context, memory, NAME, { error, remaining: Number.POSITIVE_INFINITY })
    return false
  }
}
