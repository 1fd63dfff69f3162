import type { NodeClient } from '@easycerts/adapters/ca-client'
import type { NodeRecord } from '@easycerts/adapters/identity-store'
import type { RouteReply } from '@easycerts/shared/api'
import { addDuration } from '@easycerts/shared/time'
import { contradictClock, planIdentity } from '../plan/index.ts'
import { withAdoption } from './adopt-identity.ts'
import type { CertmgrContext, Memory, Session } from './certmgr-context.ts'
import { noteFirstAddress } from './note-address.ts'
import { recordFailure, recordSuccess, remainingOf } from './record-outcome.ts'
import { learnTrust } from './follow-trust.ts'
import { confirmIdentity, renewIdentity } from './renew-identity.ts'
import { returnAfterAbsence } from './return-after-absence.ts'
import { suggestionFor } from './survey.ts'
import { addOne } from './tally.ts'

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
    await returnIfAbsent(context, memory, session)
    await confirmIdentity(context.store, client, session)
    return client.node()
  })
  const facts = await learn(context, memory, session, { client, reply })
  await settleIdentity(context, memory, session, { client, caTime: new Date(reply.time) })
  const since = memory.ca.state === 'reachable' ? memory.ca.since : context.clock()
  if (memory.ca.state === 'away') context.log.info('the CA is back')
  memory.ca = { state: 'reachable', ...(since ? { since } : {}) }
  memory.contactAt = addDuration(context.clock(), context.config.checkInterval)
  recordSuccess(context, memory, 'ca')
  return facts
}

/** An expired identity opens nothing but the way back. */
const returnIfAbsent = async (
  context: CertmgrContext,
  memory: Memory,
  session: Session,
): Promise<void> => {
  if (planIdentityOf(context, memory, session).kind !== 'expired') return
  try {
    await returnAfterAbsence(context, session)
    memory.attempts.delete('identity')
  } catch (error) {
    recordFailure(context, memory, 'identity', { error, remaining: 0 })
    throw error
  }
}

/** A renewal that fails leaves the identity that is; a confirmation that is owed blocks the rest. */
const settleIdentity = async (
  context: CertmgrContext,
  memory: Memory,
  session: Session,
  { client, caTime }: { readonly client: NodeClient; readonly caTime: Date },
): Promise<void> => {
  const { store, clock, log } = context
  const plan = planIdentityOf(context, memory, session)
  // A failure may have come after the switch, or its answer was lost: then there is nothing left to do.
  if (plan.kind === 'good') memory.attempts.delete('identity')
  if (plan.kind !== 'renew') return
  try {
    if (store.loadPending('renewal') === undefined)
      contradictClock({
        found: { state: 'present', certificate: session.identity.certificate },
        reason: 'due',
        suggestion: suggestionFor(memory, session.identity.certificate),
        now: clock(),
        caTime,
      })
    await renewIdentity(store, client, session, clock)
    const { certificate } = session.identity
    log.info('identity renewed', { notAfter: certificate.validity.notAfter.toISOString() })
    memory.attempts.delete('identity')
    addOne(memory.tally.renewed, 'identity')
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

/** What is kept for as long as the CA does not answer. */
const learn = async (
  context: CertmgrContext,
  memory: Memory,
  session: Session,
  told: { readonly client: NodeClient; readonly reply: RouteReply<'node'> },
): Promise<RouteReply<'node'>> => {
  const { store } = context
  const { record } = session
  const { endpoints, bundles } = await learnTrust(context, memory, session, told)
  const { node, cluster, description } = told.reply
  const next: NodeRecord = {
    ...record,
    node,
    cluster,
    ...(description === undefined ? {} : { description }),
    endpoints: endpoints.length > 0 ? [...endpoints] : record.endpoints,
  }
  await noteFirstAddress(context, record.node, node)
  if (JSON.stringify(next) !== JSON.stringify(record)) await store.saveRecord(next)
  memory.trust = bundles
  return { ...told.reply, trustBundles: bundles }
}
