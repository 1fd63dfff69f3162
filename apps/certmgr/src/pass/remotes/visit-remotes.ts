import type { CfsslRemote, RemoteInfo } from '@easycerts/adapters/cfssl-remote'
import { addDuration } from '@easycerts/shared/time'
import { type Certificate, certificateChainPem } from '@easycerts/shared/x509'
import { createRemoteCa } from '../../issuers/index.ts'
import { planRemoteContact, waitsUntil } from '../../plan/index.ts'
import type { CertmgrContext, Memory } from '../certmgr-context.ts'
import { recordFailure, recordSuccess, remainingOf } from '../record-outcome.ts'
import { refreshRemoteBundles } from './refresh-remote-bundles.ts'
import { authoritiesIn } from './remote-authorities.ts'
import { type RemoteGroup, remoteGroupsOf } from './remote-groups.ts'
import { dueOf, renewDue } from '../renew-due.ts'
import { survey } from '../survey.ts'

/** A bound on connections at once; a remote that hangs delays no more than those beside it. */
const AT_ONCE = 8

/**
 * Asks the remotes of cfssl whose time has come: each for its CA, whose bundle is put right first,
 * then for the certificates that are due. One that is away stops no other.
 */
export const visitRemotes = async (context: CertmgrContext, memory: Memory): Promise<void> => {
  const groups = remoteGroupsOf(context.specs)
  forgetOthers(memory, groups)
  const due = groups.filter((group) => isDue(context, memory, group))
  for (let first = 0; first < due.length; first += AT_ONCE) {
    const calls = due.slice(first, first + AT_ONCE).map((group) => ask(context, group))
    for (const answer of await Promise.all(calls)) await follow(context, memory, answer)
  }
  for (const { has } of groups.filter((group) => !due.includes(group)))
    await refreshRemoteBundles(context, memory, has)
}

/** When the remotes want to be asked again. */
export const remoteWakes = ({ specs, clock }: CertmgrContext, memory: Memory): Date[] =>
  remoteGroupsOf(specs).map(({ name }) => {
    const waiting = waitsUntil(memory.attempts.get(name), clock())
    return waiting ?? memory.remotes.get(name)?.contactAt ?? clock()
  })

/** What failed of a remote that no spec names any more fails no more. */
const forgetOthers = ({ remotes, attempts }: Memory, groups: readonly RemoteGroup[]): void => {
  const names = new Set(groups.map(({ name }) => name))
  for (const name of remotes.keys()) {
    if (names.has(name)) continue
    remotes.delete(name)
    attempts.delete(name)
  }
}

const isDue = (context: CertmgrContext, memory: Memory, group: RemoteGroup): boolean => {
  const { name, has, schedule } = group
  const now = context.clock()
  const contactAt = memory.remotes.get(name)?.contactAt
  // What lies further ahead than any wait was planned while the clock was ahead.
  const { interval, intervalSplay, initialSplay } = schedule
  const latest = addDuration(now, Math.max(interval + intervalSplay, initialSplay))
  const isTime = contactAt === undefined || contactAt <= now || contactAt > latest
  const mayTry = waitsUntil(memory.attempts.get(name), now) === undefined
  return (isTime && mayTry) || dueOf(survey(context, memory, has), has).length > 0
}

type Answer = { readonly group: RemoteGroup; readonly remote?: CfsslRemote } & (
  | { readonly info: RemoteInfo }
  | { readonly error: unknown }
)

const ask = async (context: CertmgrContext, group: RemoteGroup): Promise<Answer> => {
  let remote: CfsslRemote | undefined
  try {
    const { authority } = group
    remote = context.remotes.open(authority)
    return { group, remote, info: await remote.info(authority) }
  } catch (error) {
    remote?.close()
    return { group, error }
  }
}

const follow = async (context: CertmgrContext, memory: Memory, answer: Answer): Promise<void> => {
  const { group, remote } = answer
  const { name, has } = group
  try {
    if ('error' in answer || !remote) throw 'error' in answer ? answer.error : new Error(name)
    const { clock } = context
    const authorities = authoritiesIn(name, answer.info.certificate, clock())
    learn(context, memory, group, authorities)
    await refreshRemoteBundles(context, memory, has)
    const { authKeyOf } = context.remotes
    const { time } = answer.info
    await renewDue(
      context,
      memory,
      createRemoteCa({ remote, authorities, time, authKeyOf, clock }),
      has,
    )
  } catch (error) {
    noteFailure(context, memory, group, error)
  } finally {
    remote?.close()
  }
}

const learn = (
  context: CertmgrContext,
  memory: Memory,
  { name, schedule }: RemoteGroup,
  authorities: readonly Certificate[],
): void => {
  const now = context.clock()
  const isFirst = memory.remotes.get(name)?.authorities === undefined
  if (memory.attempts.has(name)) context.log.info('the remote is back', { name })
  recordSuccess(context, memory, name)
  memory.remotes.set(name, {
    authorities,
    bundle: certificateChainPem(authorities),
    contactAt: planRemoteContact(name, schedule, { now, isFirst }),
  })
}

/** Every certificate that needs this remote now has failed once more. */
const noteFailure = (
  context: CertmgrContext,
  memory: Memory,
  { name, has }: RemoteGroup,
  error: unknown,
): void => {
  const now = context.clock()
  const due = dueOf(survey(context, memory, has), has)
  const remaining = Math.min(...due.map(({ finding }) => remainingOf(finding.certificate, now)))
  if (!memory.remotes.has(name)) memory.remotes.set(name, {})
  recordFailure(context, memory, name, { error, remaining })
  for (const { finding } of due)
    recordFailure(context, memory, finding.spec.name, {
      error,
      remaining: remainingOf(finding.certificate, now),
      isShared: true,
    })
}
