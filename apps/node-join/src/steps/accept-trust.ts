import type { JoinSession } from '@easycerts/adapters/join-session'
import { requireReached, type TrustStore } from '@easycerts/adapters/trust-store'
import type { RouteReply } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import { parseSignedHead } from '@easycerts/shared/issuance-log'
import { acceptFirstTrust, type AcceptedTrust } from '@easycerts/shared/trust'

/**
 * The trust document in the answer to a join: certified by the CA that the ticket pins, and not
 * older than one of this cluster that this machine has seen. Undefined from a CA that has none.
 * ERR_TRUST_MALFORMED, ERR_TRUST_UNPROVEN, ERR_TRUST_ROLLED_BACK, ERR_TRUST_FORKED.
 */
export const acceptTrust = (
  { trust: signed, cluster, time, log }: RouteReply<'join'>,
  { server: { anchor } }: JoinSession,
  store: TrustStore,
): AcceptedTrust | undefined => {
  const { mark } = store.load()
  if (signed === undefined) {
    if (mark?.cluster === parseSignedHead(log.head).head.storeId)
      throw new EasycertsError('ERR_TRUST_ROLLED_BACK', 'the CA shows no trust document any more')
    return undefined
  }
  const trust = acceptFirstTrust(signed, { anchor, cluster: cluster.name, now: new Date(time) })
  requireReached(trust, mark)
  return trust
}
