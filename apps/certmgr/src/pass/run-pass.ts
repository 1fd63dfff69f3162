import { isAhead, planWake, wakeTimeOf } from '../plan/index.ts'
import { createJoinedCa } from '../issuers/index.ts'
import { authoritiesOf } from '../state/index.ts'
import { askRenewalInformation } from './ask-renewal-information.ts'
import type { CertmgrContext, Memory, Session } from './certmgr-context.ts'
import { contactCa, planIdentityOf } from './contact-ca.ts'
import { distrusted, isDistrust } from './distrust.ts'
import { keepGenerations } from './keep-generations.ts'
import { openSession } from './open-session.ts'
import { actAndProve } from './proofs/prove-use.ts'
import { putBackBroken } from './put-back-broken.ts'
import { recordFailure, remainingOf } from './record-outcome.ts'
import { refreshTrustBundles } from './refresh-trust-bundles.ts'
import { dueOf, isOfJoinedCa, renewDue } from './renew-due.ts'
import { isAbsence } from './renew-group.ts'
import { repairFiles } from './repair-files.ts'
import { waitOf } from './restarts/wait-of.ts'
import { survey, type Surveyed } from './survey.ts'
import { tellCa } from './tell-ca.ts'
import { remoteWakes, visitRemotes } from './remotes/visit-remotes.ts'

/** Looks, does all that is due now, and tells when to look again. Fails for nothing that can wait. */
export const runPass = async (
  context: CertmgrContext,
  memory: Memory,
  { acts }: { readonly acts: boolean } = { acts: true },
): Promise<Date> => {
  const { isJoinExpected } = context.config
  memory.parser.forgetUnused()
  const before = survey(context, memory, isOfJoinedCa)
  const session = isJoinExpected ? tryOpenSession(context, memory) : undefined
  if (session && needsCa(context, memory, session, before)) await visitCa(context, memory, session)
  if (memory.trust) await refreshTrustBundles(context, memory, memory.trust)
  await visitRemotes(context, memory)
  for (const { finding, plan } of survey(context, memory)) {
    if (plan.kind === 'repair') await repairFiles(context, memory, finding)
    // It works again, whoever put it right.
    if (plan.kind === 'good' && finding.drift === undefined)
      memory.attempts.delete(finding.spec.name)
  }
  await putBackBroken(context, memory)
  await keepGenerations(context, memory)
  const looks = acts ? await actAndProve(context, memory) : []
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
    const { clock } = context
    const time = new Date(facts.time)
    const issuer = createJoinedCa({ client, facts, authorities, time, clock })
    await renewDue(context, memory, issuer, isOfJoinedCa)
    await tellCa(context, memory, client, { facts, at })
  } catch (error) {
    noteAbsence(context, memory, session, error)
  } finally {
    client.close()
  }
}

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
  const due = dueOf(survey(context, memory, isOfJoinedCa), isOfJoinedCa)
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
      ...(context.config.isJoinExpected ? [memory.contactAt] : []),
      ...remoteWakes(context, memory),
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
