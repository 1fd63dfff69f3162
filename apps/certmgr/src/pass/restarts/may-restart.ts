import { isGuarded, LEASE_ID_OCTETS } from '@easycerts/shared/restart-lease'
import {
  afterAnswer,
  afterDecision,
  isAhead,
  planRestart,
  recordToAsk,
  type RestartDeadline,
  type RestartDecision,
  type RestartRecord,
  type RestartSituation,
} from '../../plan/index.ts'
import type { ToldMember } from '../../state/index.ts'
import { askForLease } from './ask-for-lease.ts'
import type { CertmgrContext, Memory } from '../certmgr-context.ts'
import { lookAtMembers, membersOf } from './look-at-members.ts'

const newId = ({ randomOctets }: CertmgrContext): string =>
  randomOctets(LEASE_ID_OCTETS).toString('hex')

/**
 * Whether a component may be restarted now. What is to be done is durable before the CA is asked and
 * before the restart: a crash asks for the same lease again. Throws what denies it to this node.
 */
export const mayRestart = async (
  context: CertmgrContext,
  memory: Memory,
  component: string,
  deadline: RestartDeadline | undefined,
): Promise<boolean> => {
  const { leases, clock } = context
  const known = leases.current().restarts[component]
  if (known?.wait && isAhead(known.wait.until, clock())) return false
  const record = recordToAsk(known, newId(context))
  await keep(context, component, record)
  const { answer, members } = await askForLease(context, component, record.id)
  const answered = afterAnswer(record, answer, { now: clock(), id: newId(context) })
  await keep(context, component, answered, members)
  const decision = await decide(context, memory, component, { answer, record: answered, deadline })
  await keep(context, component, afterDecision(answered, decision))
  tell(context, component, record, decision)
  return decision.kind === 'act'
}

interface Answered extends Pick<RestartSituation, 'answer' | 'deadline'> {
  readonly record: RestartRecord
}

const decide = async (
  context: CertmgrContext,
  memory: Memory,
  component: string,
  { record, ...given }: Answered,
): Promise<Exclude<RestartDecision, { kind: 'look' }>> => {
  const { config, clock, store } = context
  const members = membersOf(context, component)
  const situation = {
    ...given,
    isGuarded: isGuarded(component),
    awaySince: record.awaySince ?? clock(),
    asked: record.asked ?? 0,
    own: store.loadRecord()?.node.name ?? '',
    members: members?.map(({ node }) => node),
    actionTimeout: config.actionTimeout,
    waitForCa: config.restartLeases.waitForCa,
    turn: config.restartLeases.turn,
  }
  const first = planRestart({ ...situation, health: undefined, now: clock() })
  if (first.kind !== 'look') return first
  const health = await lookAtMembers(context, memory, component, members ?? [])
  const second = planRestart({ ...situation, health, now: clock() })
  if (second.kind === 'look') throw new TypeError('members were looked at')
  return second
}

const keep = async (
  { leases }: CertmgrContext,
  component: string,
  record: RestartRecord,
  told?: readonly ToldMember[],
): Promise<void> => {
  const { restarts, members } = leases.current()
  await leases.save({
    restarts: { ...restarts, [component]: record },
    members: told ? { ...members, [component]: told } : members,
  })
}

/** Each reason once. */
const tell = (
  { log }: CertmgrContext,
  component: string,
  before: RestartRecord,
  decision: RestartDecision,
): void => {
  if (decision.kind === 'wait' && before.wait?.reason !== decision.reason)
    log.info('restart waits', {
      component,
      reason: decision.reason,
      nodes: decision.nodes.join(' '),
    })
  if (decision.kind === 'act' && decision.right !== 'lease')
    log.warn('restart without a lease', { component, right: decision.right })
}
