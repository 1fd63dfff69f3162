import { isAhead, planWake, wakeTimeOf } from '../plan/index.ts'
import { authoritiesOf, readRenewRequests, removeRenewRequest } from '../state/index.ts'
import { askRenewalInformation } from './ask-renewal-information.ts'
import type { CertmgrContext, Memory, Session } from './certmgr-context.ts'
import { contactCa, planIdentityOf } from './contact-ca.ts'
import { distrusted, isDistrust } from './distrust.ts'
import { keepGenerations } from './keep-generations.ts'
import { openSession } from './open-session.ts'
import { actAndProve } from './prove-use.ts'
import { putBackBroken } from './put-back-broken.ts'
import { recordFailure, remainingOf } from './record-outcome.ts'
import { refreshTrustBundles } from './refresh-trust-bundles.ts'
import { type CaAnswer, type DueCertificate, isAbsence, renewGroup } from './renew-group.ts'
import { repairFiles } from './repair-files.ts'
import { waitOf } from './wait-of.ts'
import { survey, type Surveyed } from './survey.ts'
import { tellCa } from './tell-ca.ts'

/** Looks, does all that is due now, and tells when to look again. Fails for nothing that can wait. */
export const runPass = async (context: CertmgrContext, memory: Memory): Promise<Date> => {
  const before = survey(context, memory)
  const session = tryOpenSession(context, memory)
  if (session && needsCa(context, memory, session, before)) await visitCa(context, memory, session)
  if (memory.trust) await refreshTrustBundles(context, memory, memory.trust)
  for (const { finding, plan } of survey(context, memory)) {
    if (plan.kind === 'repair') await repairFiles(context, memory, finding)
    // It works again, whoever put it right.
    if (plan.kind === 'good' && finding.drift === undefined)
      memory.attempts.delete(finding.spec.name)
  }
  await putBackBroken(context, memory)
  await keepGenerations(context, memory)
  const looks = await actAndProve(context, memory)
  return nextPassAt(context, memory, session, looks)
}

const tryOpenSession = (context: CertmgrContext, memory: Memory): Session | undefined => {
  try {
    return openSession(context.store)
  } catch (error) {
    recordFailure(context, memory, 'ca', { error, remaining: Number.POSITIVE_INFINITY })
    memory.contactAt = memory.attempts.get('ca')?.nextAttemptAt ?? context.clock()
    return undefined
  }
}

const needsCa = (
  context: CertmgrContext,
  memory: Memory,
  session: Session,
  surveyed: readonly Surveyed[],
): boolean =>
  !isAhead(memory.contactAt, context.clock()) ||
  surveyed.some(({ plan }) => plan.kind === 'renew') ||
  planIdentityOf(context, memory, session).kind === 'renew'

const visitCa = async (
  context: CertmgrContext,
  memory: Memory,
  session: Session,
): Promise<void> => {
  const client = context.connect(session)
  try {
    const facts = await contactCa(context, memory, session, client)
    const at = context.clock()
    await askRenewalInformation(context, memory, session, client)
    await refreshTrustBundles(context, memory, facts.trustBundles)
    const authorities = authoritiesOf(facts.trustBundles)
    await renewDue(context, memory, { client, facts, authorities, caTime: new Date(facts.time) })
    await tellCa(context, memory, client, { facts, at })
  } catch (error) {
    noteAbsence(context, memory, session, error)
  } finally {
    client.close()
  }
}

/** Group by group; the rest of a pass whose CA has gone away shares its failure. */
const renewDue = async (
  context: CertmgrContext,
  memory: Memory,
  answer: CaAnswer,
): Promise<void> => {
  const due = dueOf(survey(context, memory))
  const asked = readRenewRequests(context.paths.requests)
  for (const group of new Set(due.map(({ finding }) => finding.spec.group))) {
    const members = due.filter(({ finding }) => finding.spec.group === group)
    const isCaThere = await renewGroup(context, memory, members, answer)
    for (const { finding } of members)
      if (asked.has(finding.spec.name) && !memory.attempts.has(finding.spec.name))
        await removeRenewRequest(context.paths.requests, finding.spec.name)
    if (!isCaThere || context.signal.aborted) return
  }
}

const dueOf = (surveyed: readonly Surveyed[]): DueCertificate[] =>
  surveyed.flatMap(({ finding, plan }) =>
    plan.kind === 'renew' ? [{ finding, reason: plan.reason }] : [],
  )

/** Nothing can be had from the CA now: every certificate that needs it has failed once more. */
const noteAbsence = (
  context: CertmgrContext,
  memory: Memory,
  session: Session,
  error: unknown,
): void => {
  const { clock, signal } = context
  if (signal.aborted) return
  const now = clock()
  const since = memory.ca.state === 'away' ? memory.ca.since : now
  if (isAbsence(error)) memory.ca = { state: 'away', ...(since ? { since } : {}) }
  if (isDistrust(error)) memory.ca = distrusted(memory.ca, now)
  const due = dueOf(survey(context, memory))
  const ends = [session.identity.certificate, ...due.map(({ finding }) => finding.certificate)]
  const remaining = Math.min(...ends.map((each) => remainingOf(each, now)))
  recordFailure(context, memory, 'ca', { error, remaining })
  memory.contactAt = memory.attempts.get('ca')?.nextAttemptAt ?? now
  for (const { finding } of due) {
    recordFailure(context, memory, finding.spec.name, {
      error,
      remaining: remainingOf(finding.certificate, now),
      isShared: true,
    })
  }
}

const nextPassAt = (
  context: CertmgrContext,
  memory: Memory,
  session: Session | undefined,
  looks: readonly Date[],
): Date => {
  const now = context.clock()
  const identity = session && planIdentityOf(context, memory, session)
  return planWake(
    [
      memory.contactAt,
      ...looks,
      ...survey(context, memory).map(({ plan }) => wakeTimeOf(plan, now)),
      // What waits for its files waits for the attempts of their spec.
      ...context.ledger
        .current()
        .flatMap(({ action, state, attempts }) =>
          state === 'due'
            ? (attempts?.nextAttemptAt ?? waitOf(context.leases, action)?.until ?? now)
            : [],
        ),
      ...(identity?.kind === 'good' ? [identity.dueAt] : []),
      ...(identity?.kind === 'wait' ? [identity.until] : []),
      ...context.specs.trustBundles.flatMap(
        ({ name }) => memory.attempts.get(name)?.nextAttemptAt ?? [],
      ),
    ],
    now,
    context.config.checkInterval,
  )
}
