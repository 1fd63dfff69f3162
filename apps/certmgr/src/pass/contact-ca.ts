import type { NodeClient } from '@easycerts/adapters/ca-client'
import type { NodeRecord } from '@easycerts/adapters/identity-store'
import type { RouteReply } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import { addDuration } from '@easycerts/shared/time'
import { planIdentity } from '../plan/index.ts'
import { writeKnownTrust } from '../state/index.ts'
import { withAdoption } from './adopt-identity.ts'
import type { CertmgrContext, Memory, Session } from './certmgr-context.ts'
import { recordFailure, recordSuccess, remainingOf } from './record-outcome.ts'
import { confirmIdentity, renewIdentity } from './renew-identity.ts'
import { suggestionFor } from './survey.ts'

/**
 * The start of every exchange with the CA: the identity first, since nothing is had without it,
 * then what the CA's records say of this node. Throws what keeps certificates from being asked for.
 */
export const contactCa = async (
  context: CertmgrContext,
  memory: Memory,
  session: Session,
  client: NodeClient,
): Promise<RouteReply<'node'>> => {
  const reply = await withAdoption(context, session, client, async () => {
    await settleIdentity(context, memory, session, client)
    return client.node()
  })
  await remember(context, memory, session.record, reply)
  const since = memory.ca.state === 'reachable' ? memory.ca.since : context.clock()
  if (memory.ca.state === 'away') context.log.info('the CA is back')
  memory.ca = { state: 'reachable', ...(since ? { since } : {}) }
  memory.contactAt = addDuration(context.clock(), context.config.checkInterval)
  recordSuccess(context, memory, 'ca')
  return reply
}

/** A renewal that fails leaves the identity that is; a confirmation that is owed blocks the rest. */
const settleIdentity = async (
  context: CertmgrContext,
  memory: Memory,
  session: Session,
  client: NodeClient,
): Promise<void> => {
  const { store, clock, log } = context
  const plan = planIdentityOf(context, memory, session)
  if (plan.kind === 'expired')
    throw new EasycertsError(
      'ERR_CERTIFICATE_EXPIRED',
      `the identity of node ${session.record.node.name} ended at ${plan.at.toISOString()}`,
    )
  await confirmIdentity(store, client, session)
  if (plan.kind !== 'renew') return
  try {
    await renewIdentity(store, client, session, clock)
    const { certificate } = session.identity
    log.info('identity renewed', { notAfter: certificate.validity.notAfter.toISOString() })
    memory.attempts.delete('identity')
  } catch (error) {
    const remaining = remainingOf(session.identity.certificate, clock())
    recordFailure(context, memory, 'identity', { error, remaining })
    // After the switch, only the new one can speak for this node.
    if (!session.identity.isConfirmed) throw error
  }
}

export const planIdentityOf = (
  { store, clock }: CertmgrContext,
  memory: Memory,
  { identity }: Session,
) =>
  planIdentity({
    certificate: identity.certificate,
    isConfirmed: identity.isConfirmed,
    isUnderWay: store.loadPending('renewal') !== undefined,
    attempts: memory.attempts.get('identity'),
    suggestion: suggestionFor(memory, identity.certificate),
    now: clock(),
  })

const remember = async (
  { store, paths }: CertmgrContext,
  memory: Memory,
  record: NodeRecord,
  { node, cluster, endpoints, trustBundles }: RouteReply<'node'>,
): Promise<void> => {
  const next = {
    ...record,
    node,
    cluster,
    endpoints: endpoints.length > 0 ? endpoints : record.endpoints,
  }
  if (JSON.stringify(next) !== JSON.stringify(record)) await store.saveRecord(next)
  if (JSON.stringify(trustBundles) !== JSON.stringify(memory.trust))
    await writeKnownTrust(paths.trust, trustBundles)
  memory.trust = trustBundles
}
